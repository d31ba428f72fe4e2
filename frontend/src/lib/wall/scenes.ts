/** The scenes of the wall, by the names that addresses and playlists use. */

export const SCENES = [
	'portfolio',
	'changes',
	'alerts',
	'risks',
	'milestones',
	'goals',
	'pool',
	'programme',
	'freshness',
	'overview'
] as const;

export type Scene = (typeof SCENES)[number];

export const DEFAULT_SCENE: Scene = 'portfolio';

export const SCENE_TITLE: Record<Scene, string> = {
	portfolio: 'Portfolio',
	changes: 'Changes',
	alerts: 'Alerts',
	risks: 'Risks',
	milestones: 'Milestones',
	goals: 'Goals',
	pool: 'Pool',
	programme: 'Programme',
	freshness: 'Freshness',
	overview: 'Overview'
};

export function isScene(text: string | undefined): text is Scene {
	return SCENES.some((scene) => scene === text);
}
