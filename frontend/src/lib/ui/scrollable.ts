/** A table that is wider than its place: whoever uses a keyboard can scroll it as well. */
export function scrollable(place: HTMLElement): () => void {
	const observer = new ResizeObserver(() => {
		if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
		else place.removeAttribute('tabindex');
	});
	observer.observe(place);
	for (const child of place.children) observer.observe(child);
	return () => observer.disconnect();
}
