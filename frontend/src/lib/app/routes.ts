/** Every address of the product is built here. */

const part = encodeURIComponent;

export const Route = {
	home: () => '/',
	signIn: (next?: string) => (next ? `/sign-in?next=${part(next)}` : '/sign-in'),
	wall: (portfolio?: string) => (portfolio ? `/wall?portfolio=${part(portfolio)}` : '/wall'),
	/** Another scene of the same wall: what else the address says stays. */
	scene: (scene: string, search = '') => `/wall/${part(scene)}${search}`,
	portfolio: (portfolio: string) => `/p/${part(portfolio)}`,
	project: (portfolio: string, code: string, why?: string) =>
		`/p/${part(portfolio)}/project/${part(code)}${why ? `?why=${part(why)}` : ''}`,
	/** A project as it was at an instant. */
	projectAt: (portfolio: string, code: string, at: string, why?: string) =>
		`/p/${part(portfolio)}/project/${part(code)}?at=${part(at)}${why ? `&why=${part(why)}` : ''}`,
	forecastQuality: (portfolio: string) => `/p/${part(portfolio)}/settings/forecast-quality`,
	screens: () => '/settings/screens'
};

/** Only a path of this origin may follow a sign-in. */
export function safeNext(next: string | null): string {
	return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
