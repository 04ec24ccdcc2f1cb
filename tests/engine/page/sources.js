// Runs in the page before recorder.js: remembers from which url each picture, bitmap or
// buffer came that the game may hand to WebGL.
// SPDX-License-Identifier: Apache-2.0
(() => {
  'use strict';

  const bodyUrl = new WeakMap(); // Blob or ArrayBuffer of a response -> its url
  const bitmapUrl = new WeakMap(); // ImageBitmap -> url
  const objectUrl = new Map(); // blob: url -> url

  function wrap(proto, name, make) {
    const original = proto && proto[name];
    if (typeof original !== 'function') {
      return;
    }
    const replacement = make(original);
    Object.defineProperty(replacement, 'name', { value: name });
    Object.defineProperty(replacement, 'length', { value: original.length });
    proto[name] = replacement;
  }

  function noteBody(body, url) {
    if (url && body && typeof body === 'object') {
      bodyUrl.set(body, url);
    }
    return body;
  }

  const response = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'response');
  Object.defineProperty(XMLHttpRequest.prototype, 'response', {
    ...response,
    get() {
      return noteBody(response.get.call(this), this.responseURL);
    },
  });
  for (const name of ['blob', 'arrayBuffer']) {
    wrap(
      Response.prototype,
      name,
      (original) =>
        function () {
          return original.call(this).then((body) => noteBody(body, this.url));
        },
    );
  }
  wrap(
    window,
    'createImageBitmap',
    (original) =>
      function (source, ...rest) {
        return original.call(window, source, ...rest).then((bitmap) => {
          const url = urlOf(source);
          if (url) {
            bitmapUrl.set(bitmap, url);
          }
          return bitmap;
        });
      },
  );
  wrap(
    URL,
    'createObjectURL',
    (original) =>
      function (blob) {
        const made = original.call(URL, blob);
        if (bodyUrl.has(blob)) {
          objectUrl.set(made, bodyUrl.get(blob));
        }
        return made;
      },
  );

  function urlOf(source) {
    if (!source || typeof source !== 'object') {
      return null;
    }
    if (ArrayBuffer.isView(source)) {
      return bodyUrl.get(source.buffer) || null;
    }
    if (source instanceof HTMLImageElement) {
      const src = source.currentSrc || source.src || '';
      return src.startsWith('data:') ? 'data:' : objectUrl.get(src) || src || null;
    }
    return bitmapUrl.get(source) || bodyUrl.get(source) || null;
  }

  function kindOf(source) {
    if (source === null || source === undefined) {
      return 'null';
    }
    if (typeof source === 'number') {
      return 'buffer';
    }
    if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) {
      return 'view';
    }
    if (source instanceof HTMLImageElement) {
      return 'image';
    }
    if (typeof ImageBitmap !== 'undefined' && source instanceof ImageBitmap) {
      return 'bitmap';
    }
    if (
      source instanceof HTMLCanvasElement ||
      (typeof OffscreenCanvas !== 'undefined' && source instanceof OffscreenCanvas)
    ) {
      return 'canvas';
    }
    if (source instanceof HTMLVideoElement) {
      return 'video';
    }
    return source instanceof ImageData ? 'image_data' : 'other';
  }

  function sourceSize(source) {
    return [
      source.naturalWidth || source.videoWidth || source.displayWidth || source.width,
      source.naturalHeight || source.videoHeight || source.displayHeight || source.height,
    ];
  }

  window.__packauditSources = { wrap, urlOf, kindOf, sourceSize };
})();
