/** The one place that calls `fetch` for REST. A refusal is a `Problem` (RFC 9457), thrown. */

export interface ProblemDocument {
	type?: string;
	title?: string;
	status?: number;
	detail?: string;
	errors?: { pointer?: string; code?: string; message?: string }[];
	retryable?: boolean;
}

export class Problem extends Error {
	readonly status: number;
	readonly document: ProblemDocument;

	constructor(status: number, document: ProblemDocument) {
		super(document.detail || document.title || `The server answered ${status}`);
		this.status = status;
		this.document = document;
	}

	/** The server could not be reached at all. */
	get unreachable(): boolean {
		return this.status === 0;
	}

	/** What is wrong with one field of a form. */
	field(name: string): string | undefined {
		return this.document.errors?.find((error) => error.pointer?.endsWith(`/${name}`))?.message;
	}
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
	let response: Response;
	try {
		response = await fetch(`/api/v1${path}`, {
			method,
			credentials: 'same-origin',
			headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
			body: body === undefined ? null : JSON.stringify(body),
			signal: signal ?? null
		});
	} catch (error) {
		if (signal?.aborted) throw error;
		throw new Problem(0, { title: 'The server cannot be reached' });
	}
	if (!response.ok) throw new Problem(response.status, await documentOf(response));
	if (response.status === 204) return undefined as T;
	return (await response.json()) as T;
}

async function documentOf(response: Response): Promise<ProblemDocument> {
	try {
		return (await response.json()) as ProblemDocument;
	} catch {
		return { title: response.statusText || `The server answered ${response.status}` };
	}
}

export const api = {
	get: <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal),
	post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
	put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
	delete: <T = void>(path: string) => call<T>('DELETE', path)
};

export function asProblem(error: unknown): Problem {
	return error instanceof Problem ? error : new Problem(0, { title: 'Something went wrong here' });
}
