/** Colour arithmetic for the token test: WCAG contrast, colour-vision deficiency, CIEDE2000. */

export type Rgb = readonly [number, number, number];

export function parse(hex: string): Rgb {
	const number = Number.parseInt(hex.slice(1), 16);
	return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

const linear = (channel: number): number => {
	const c = channel / 255;
	return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

function luminance(rgb: Rgb): number {
	const [r, g, b] = rgb.map(linear) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

type Matrix = readonly [Rgb, Rgb, Rgb];

/** Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB. */
export const DEFICIENCIES: Record<string, Matrix> = {
	protanopia: [
		[0.152286, 1.052583, -0.204868],
		[0.114503, 0.786281, 0.099216],
		[-0.003882, -0.048116, 1.051998]
	],
	deuteranopia: [
		[0.367322, 0.860646, -0.227968],
		[0.280085, 0.672501, 0.047413],
		[-0.01182, 0.04294, 0.968881]
	],
	tritanopia: [
		[1.255528, -0.076749, -0.178779],
		[-0.078411, 0.930809, 0.147602],
		[0.004733, 0.691367, 0.3039]
	]
};

function times(matrix: Matrix, v: Rgb): Rgb {
	const row = (r: Rgb) => r[0] * v[0] + r[1] * v[1] + r[2] * v[2];
	return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

const XYZ: Matrix = [
	[0.4124564, 0.3575761, 0.1804375],
	[0.2126729, 0.7151522, 0.072175],
	[0.0193339, 0.119192, 0.9503041]
];
const WHITE: Rgb = [0.95047, 1, 1.08883];

export function lab(rgb: Rgb, deficiency?: Matrix): Rgb {
	const light = rgb.map(linear) as unknown as Rgb;
	const seen = (deficiency ? times(deficiency, light) : light).map((c) => Math.min(1, Math.max(0, c)));
	const xyz = times(XYZ, seen as unknown as Rgb);
	const [x, y, z] = xyz.map((c, i) => {
		const t = c / (WHITE[i] ?? 1);
		return t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116;
	}) as [number, number, number];
	return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const RAD = Math.PI / 180;

/** Sharma, Wu, Dalal 2005. */
export function ciede2000([l1, a1, b1]: Rgb, [l2, a2, b2]: Rgb): number {
	const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
	const g = 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7)));
	const [ap1, ap2] = [a1 * (1 + g), a2 * (1 + g)];
	const [c1, c2] = [Math.hypot(ap1, b1), Math.hypot(ap2, b2)];
	const [h1, h2] = [hue(ap1, b1), hue(ap2, b2)];
	const dL = l2 - l1;
	const dC = c2 - c1;
	const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180;
	const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * RAD);
	const meanL = (l1 + l2) / 2;
	const mC = (c1 + c2) / 2;
	const mH = c1 * c2 === 0 ? h1 + h2 : (h1 + turn / 2 + 360) % 360;
	const t =
		1 -
		0.17 * Math.cos((mH - 30) * RAD) +
		0.24 * Math.cos(2 * mH * RAD) +
		0.32 * Math.cos((3 * mH + 6) * RAD) -
		0.2 * Math.cos((4 * mH - 63) * RAD);
	const sL = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2);
	const sC = 1 + 0.045 * mC;
	const sH = 1 + 0.015 * mC * t;
	const rC = 2 * Math.sqrt(mC ** 7 / (mC ** 7 + 25 ** 7));
	const rT = -rC * Math.sin(60 * Math.exp(-(((mH - 275) / 25) ** 2)) * RAD);
	const [x, y, z] = [dL / sL, dC / sC, dH / sH];
	return Math.sqrt(x * x + y * y + z * z + rT * y * z);
}

function hue(a: number, b: number): number {
	return a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / RAD + 360) % 360;
}
