/** Where each scene is. The portfolio comes with the wall, the others when they are asked for. */

import type { Component } from 'svelte';
import type { Scene } from './scenes.ts';

type Loaded = Promise<{ default: Component }>;

const LOADERS: Record<Exclude<Scene, 'portfolio'>, () => Loaded> = {
	changes: () => import('./scenes/Changes.svelte'),
	alerts: () => import('./scenes/Alerts.svelte'),
	risks: () => import('./scenes/Risks.svelte'),
	milestones: () => import('./scenes/Milestones.svelte'),
	goals: () => import('./scenes/Goals.svelte'),
	pool: () => import('./scenes/Pool.svelte'),
	programme: () => import('./scenes/Programme.svelte'),
	freshness: () => import('./scenes/Freshness.svelte'),
	overview: () => import('./scenes/Overview.svelte')
};

export function load(scene: Exclude<Scene, 'portfolio'>): Loaded {
	return LOADERS[scene]();
}
