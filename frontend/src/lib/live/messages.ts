/**
 * The wire contract, by the names the screens use. The shapes are the server's own: generated from the
 * OpenAPI document (`app/domain/cards.py`, `app/realtime/protocol.py`), never written here.
 */

import type { components } from '../api/schema.d.ts';

type Schemas = components['schemas'];

export const PROTOCOL = 1;

export type Rag = Schemas['Rag'];
export type Dimension = Schemas['Dimension'];
export type Severity = keyof Schemas['AlertCounts'];
export type AlertCounts = Schemas['AlertCounts'];
export type RagCounts = Schemas['RagCounts'];
export type Cause = Schemas['Cause'];
export type ChildCause = Schemas['ChildCause'];
export type Declared = Schemas['Declared'];

export type ProjectCard = Schemas['ProjectCard'];
export type ProgrammeCard = Schemas['ProgrammeCard'];
export type PortfolioCard = Schemas['PortfolioCard'];
export type AlertCard = Schemas['AlertCard'];
export type MilestoneCard = Schemas['MilestoneCard'];
export type SourceCard = Schemas['SourceCard'];
export type Card = ProjectCard | ProgrammeCard | PortfolioCard | AlertCard | MilestoneCard | SourceCard;

export type Entry = Schemas['Entry'];
export type Change = Schemas['Change'];
export type Transition = Schemas['Transition'];

export type Hello = Schemas['Hello'];
export type Ack = Schemas['Ack'];
export type About = Schemas['About'];
export type Done = Schemas['Done'];
export type Resync = Schemas['Resync'];
export type ClientMessage = Hello | Ack | Done | Resync;

export type Welcome = Schemas['Welcome'];
export type Snapshot = Schemas['Snapshot'];
export type Patch = Schemas['Patch'];
export type Heartbeat = Schemas['Heartbeat'];
export type Checksum = Schemas['Checksum'];
export type Command = Schemas['Command'];
export type ServerMessage = Welcome | Snapshot | Patch | Heartbeat | Checksum | Resync | Command;

/** Close codes of 4500 and above end the attempt; everything else is worth another try. */
export const CLOSE = {
	BAD_PROTOCOL: 4500,
	UNAUTHENTICATED: 4501,
	FORBIDDEN: 4503,
	UNKNOWN_PORTFOLIO: 4504
} as const;
