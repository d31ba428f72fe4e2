/** What is on its way while the router starts: the font of every page, and of a wall all that it paints first. */

void document.fonts.load('16px Inter').catch(() => {});
if (location.pathname.startsWith('/wall')) void import('#lib/wall/Wall.svelte');
