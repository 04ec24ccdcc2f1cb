// Runs in the page before any script: which image files are asked for, in which order, and
// which decoded pictures are alive: from the element's load to the moment when the engine
// empties it, which it does behind the upload while CLEANUP_IMAGE_CACHE is set.
//
// The worst schedule is made, the one that bounds a load on native targets: pictures wait
// decoded until no other one is under way, and only then the engine is told of them.
// SPDX-License-Identifier: Apache-2.0
(() => {
  'use strict';

  const QUIET_MS = 300;
  const UUID = /\/native\/[0-9a-f]{2}\/([0-9a-f-]{36}(?:@[0-9a-f]{5})?)/;
  const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src');
  const state = { asked: [], alive: new Map(), most_images: 0, most_bytes: 0 };
  let isWatching = false;
  let waiting = [];
  const under_way = new Set();
  let last_ms = 0;

  function note(element) {
    state.alive.set(element, element.naturalWidth * element.naturalHeight * 4);
    const bytes = [...state.alive.values()].reduce((sum, one) => sum + one, 0);
    state.most_images = Math.max(state.most_images, state.alive.size);
    state.most_bytes = Math.max(state.most_bytes, bytes);
    last_ms = performance.now();
  }

  function hold(event) {
    if (!event.isTrusted) {
      return;
    }
    if (under_way.delete(this) && event.type === 'load') {
      event.stopImmediatePropagation();
      note(this);
      waiting.push(this);
    }
  }

  setInterval(() => {
    if (waiting.length && !under_way.size && performance.now() - last_ms > QUIET_MS) {
      const ready = waiting;
      waiting = [];
      ready.forEach((element) => element.dispatchEvent(new Event('load')));
    }
  }, 20);

  Object.defineProperty(HTMLImageElement.prototype, 'src', {
    ...source,
    set(url) {
      state.alive.delete(this);
      const found = UUID.exec(decodeURIComponent(String(url)));
      if (found && isWatching) {
        state.asked.push(found[1]);
        under_way.add(this);
        last_ms = performance.now();
        this.addEventListener('load', hold, { capture: true });
        this.addEventListener('error', hold, { capture: true });
      }
      source.set.call(this, url);
    },
  });

  window.__packauditImages = {
    begin() {
      isWatching = true;
    },
    read: () => ({
      asked: state.asked,
      most_images: state.most_images,
      most_bytes: state.most_bytes,
    }),
  };
})();
