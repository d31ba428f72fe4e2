// Runs in the page before anything else: when a card arrived, when its cell was painted.
(() => {
	const probe = (window.probe = { painted: 0, cells: 0, waits: [], watching: false });
	let see;
	window.seen = new Promise((resolve) => (see = resolve));
	const arrived = new Map();
	const shown = (element) => element.dataset.rag;

	function afterPaint(then) {
		requestAnimationFrame(() => {
			const channel = new MessageChannel();
			channel.port1.onmessage = then;
			channel.port2.postMessage(0);
		});
	}

	function hear(text) {
		if (!probe.watching || !text.startsWith('{"type":"patch"')) return;
		const at = performance.now();
		for (const { key, card } of JSON.parse(text).changes) {
			if (!key.startsWith('project/') || !card) continue;
			const cell = document.querySelector(`.grid [data-key="${key}"]`);
			if (cell && shown(cell) !== card.rag && !arrived.has(key)) arrived.set(key, at);
		}
	}

	window.WebSocket = class extends WebSocket {
		constructor(...given) {
			super(...given);
			this.addEventListener('message', (event) => typeof event.data === 'string' && hear(event.data));
		}
	};

	new MutationObserver((changes, observer) => {
		const cells = document.querySelectorAll('.grid [data-key]').length;
		if (cells === 0) return;
		observer.disconnect();
		afterPaint(() => {
			probe.painted = performance.now();
			probe.cells = cells;
			see();
		});
		new MutationObserver((mutations) => {
			const keys = mutations.map(({ target }) => target.dataset.key).filter((key) => arrived.has(key));
			if (keys.length === 0) return;
			const began = keys.map((key) => arrived.get(key));
			for (const key of keys) arrived.delete(key);
			afterPaint(() => probe.waits.push(...began.map((at) => performance.now() - at)));
		}).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ['data-rag'] });
	}).observe(document, { subtree: true, childList: true });
})();
