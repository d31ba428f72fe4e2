// Runs in the page before anything else: counts what the socket brings, and what the page asks for again.
(() => {
	const soak = (window.soak = { changes: 0, checksum: null, resyncs: [] });
	window.WebSocket = class extends WebSocket {
		constructor(...given) {
			super(...given);
			this.addEventListener('message', ({ data }) => {
				if (data.startsWith('{"type":"patch"')) soak.changes += data.split('{"key":').length - 1;
				if (data.startsWith('{"type":"checksum"')) soak.checksum = JSON.parse(data);
			});
		}

		send(text) {
			if (text.includes('"resync"')) soak.resyncs.push(JSON.parse(text).reason);
			super.send(text);
		}
	};
})();
