/** The room that an element has, in pixels and in heights of its font, kept as it is laid out again. */
export class Box {
	width = $state(0);
	height = $state(0);
	/** Pixels. */
	em = $state(16);

	readonly watch = (element: HTMLElement): (() => void) => {
		const measure = () => {
			this.em = parseFloat(getComputedStyle(element).fontSize);
			[this.width, this.height] = [element.clientWidth, element.clientHeight];
		};
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		measure();
		return () => observer.disconnect();
	};
}
