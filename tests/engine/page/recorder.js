// Runs in the page before any of the game's scripts: wraps the WebGL prototypes and keeps
// what every live texture holds, level by level and face by face, and where its pixels
// came from. It changes no argument and no result, so the game cannot tell.
// Bytes are those the calls declare (format x size, or the compressed payload), which is
// the engine's own measure, not what a driver rounds them to.
// SPDX-License-Identifier: Apache-2.0
(() => {
  'use strict';

  const options = window.__packauditOptions || {};
  const CUBE = 0x8513;
  const FACE_FIRST = 0x8515;
  const FACE_LAST = 0x851a;
  const MAX_KEPT_SOURCES = 4096;

  const state = {
    textures: new Map(), // WebGLTexture -> entry, only live ones
    renderbuffers: new Map(), // WebGLRenderbuffer -> bytes
    contexts: [],
    next_id: 1,
    created: 0,
    deleted: 0,
    live_bytes: 0,
    peak_bytes: 0,
    last_change_ms: performance.now(),
  };

  const { formatName, levelBytes, isCompressed } = window.__packauditFormats;

  const { wrap, urlOf, kindOf, sourceSize } = window.__packauditSources;

  function change(delta) {
    state.live_bytes += delta;
    state.peak_bytes = Math.max(state.peak_bytes, state.live_bytes);
    state.last_change_ms = performance.now();
  }

  const bindings = new WeakMap();
  function unitsOf(gl) {
    let units = bindings.get(gl);
    if (!units) {
      units = { active: 0, bound: new Map() };
      bindings.set(gl, units);
      state.contexts.push(gl.constructor.name);
    }
    return units;
  }

  function bindTarget(target) {
    return target >= FACE_FIRST && target <= FACE_LAST ? CUBE : target;
  }

  function boundEntry(gl, target) {
    const units = unitsOf(gl);
    const texture = units.bound.get(units.active * 0x10000 + bindTarget(target));
    return texture ? state.textures.get(texture) : undefined;
  }

  function setLevel(entry, target, level, info) {
    const face = target >= FACE_FIRST && target <= FACE_LAST ? target - FACE_FIRST : 0;
    const key = face * 64 + level;
    const before = entry.levels.get(key);
    if (
      before &&
      before.bytes === info.bytes &&
      before.width === info.width &&
      before.height === info.height &&
      before.internal === info.internal
    ) {
      return; // the same allocation again: a label redrawn, a video frame
    }
    entry.levels.set(key, info);
    const delta = info.bytes - (before ? before.bytes : 0);
    entry.bytes += delta;
    change(delta);
  }

  function noteSource(entry, source, whole) {
    const kind = kindOf(source);
    entry.uploads[kind] = (entry.uploads[kind] || 0) + 1;
    if (!whole && kind !== 'null') {
      entry.partial = true;
    }
    const url = urlOf(source);
    if (url) {
      entry.urls.add(url);
    }
    if (source && typeof source === 'object' && entry.sources.length < MAX_KEPT_SOURCES) {
      const kept = ArrayBuffer.isView(source) ? source.buffer : source;
      // The last one kept is usually the same object again (six faces of one atlas).
      const last = entry.sources[entry.sources.length - 1];
      if (!last || last.deref() !== kept) {
        entry.sources.push(new WeakRef(kept));
      }
    }
  }

  function noteImage(
    gl,
    target,
    level,
    internal,
    width,
    height,
    depth,
    format,
    type,
    source,
  ) {
    const entry = boundEntry(gl, target);
    if (!entry) {
      return;
    }
    const bytes = levelBytes(internal, format, type, width, height, depth);
    setLevel(entry, target, level, {
      width,
      height,
      depth,
      internal,
      format,
      type,
      bytes,
    });
    noteSource(entry, source, true);
  }

  function texImage2D(gl, args) {
    const [target, level, internal] = args;
    if (args.length <= 6) {
      const source = args[5];
      const [width, height] = sourceSize(source);
      noteImage(gl, target, level, internal, width, height, 1, args[3], args[4], source);
    } else {
      noteImage(
        gl,
        target,
        level,
        internal,
        args[3],
        args[4],
        1,
        args[6],
        args[7],
        args[8],
      );
    }
  }

  function texSubImage2D(gl, args) {
    const entry = boundEntry(gl, args[0]);
    if (!entry) {
      return;
    }
    const short = args.length <= 7;
    const source = short ? args[6] : args[8];
    const [width, height] = short ? sourceSize(source) : [args[4], args[5]];
    const face = args[0] >= FACE_FIRST && args[0] <= FACE_LAST ? args[0] - FACE_FIRST : 0;
    const into = entry.levels.get(face * 64 + args[1]);
    noteSource(entry, source, into && into.width === width && into.height === height);
  }

  function texStorage(gl, target, levels, internal, width, height, depth) {
    const entry = boundEntry(gl, target);
    if (!entry) {
      return;
    }
    entry.immutable = true;
    const faces = target === CUBE ? 6 : 1;
    for (let face = 0; face < faces; face++) {
      for (let level = 0; level < levels; level++) {
        const w = Math.max(width >> level, 1);
        const h = Math.max(height >> level, 1);
        const d = target === 0x806f ? Math.max(depth >> level, 1) : depth;
        const bytes = levelBytes(internal, undefined, undefined, w, h, d);
        setLevel(entry, faces === 6 ? FACE_FIRST + face : target, level, {
          width: w,
          height: h,
          depth: d,
          internal,
          bytes,
        });
      }
    }
  }

  function compressedBytes(args, dataAt) {
    const data = args[dataAt];
    return typeof data === 'number' ? data : data ? data.byteLength : 0;
  }

  function compressedTexImage2D(gl, args) {
    const entry = boundEntry(gl, args[0]);
    if (!entry) {
      return;
    }
    const [target, level, internal, width, height] = args;
    const bytes =
      levelBytes(internal, undefined, undefined, width, height, 1) ||
      compressedBytes(args, 6);
    setLevel(entry, target, level, { width, height, depth: 1, internal, bytes });
    entry.compressed = true;
    noteSource(entry, args[6], true);
  }

  function compressedTexSubImage2D(gl, args) {
    const entry = boundEntry(gl, args[0]);
    if (entry) {
      entry.compressed = true;
      noteSource(entry, args[7], true);
    }
  }

  function generateMipmap(gl, target) {
    const entry = boundEntry(gl, target);
    if (!entry) {
      return;
    }
    entry.generated = true;
    if (entry.immutable) {
      return; // storage was allocated with all its levels
    }
    const faces = target === CUBE ? 6 : 1;
    for (let face = 0; face < faces; face++) {
      const base = entry.levels.get(face * 64);
      if (!base || isCompressed(base.internal)) {
        continue; // a compressed base is a GL error: no level comes of it
      }
      let { width: w, height: h } = base;
      for (let level = 1; w > 1 || h > 1; level++) {
        w = Math.max(w >> 1, 1);
        h = Math.max(h >> 1, 1);
        const bytes = levelBytes(base.internal, base.format, base.type, w, h, base.depth);
        setLevel(entry, faces === 6 ? FACE_FIRST + face : target, level, {
          ...base,
          width: w,
          height: h,
          bytes,
        });
      }
    }
  }

  const before = {
    bindTexture(gl, [target, texture]) {
      const units = unitsOf(gl);
      units.bound.set(units.active * 0x10000 + target, texture);
      const entry = texture && state.textures.get(texture);
      if (entry && !entry.target) {
        entry.target = target;
      }
    },
    activeTexture(gl, [unit]) {
      unitsOf(gl).active = unit - 0x84c0;
    },
    deleteTexture(gl, [texture]) {
      const entry = texture && state.textures.get(texture);
      if (entry) {
        state.textures.delete(texture);
        state.deleted++;
        change(-entry.bytes);
      }
    },
    framebufferTexture2D(gl, args) {
      const entry = args[3] && state.textures.get(args[3]);
      if (entry) {
        entry.attached = true;
      }
    },
    texImage2D,
    texSubImage2D,
    texStorage2D(gl, [target, levels, internal, width, height]) {
      texStorage(gl, target, levels, internal, width, height, 1);
    },
    texStorage3D(gl, [target, levels, internal, width, height, depth]) {
      texStorage(gl, target, levels, internal, width, height, depth);
    },
    texImage3D(gl, a) {
      noteImage(gl, a[0], a[1], a[2], a[3], a[4], a[5], a[7], a[8], a[9]);
    },
    compressedTexImage2D,
    compressedTexSubImage2D,
    generateMipmap(gl, [target]) {
      generateMipmap(gl, target);
    },
    copyTexImage2D(gl, [target, level, internal, , , width, height]) {
      noteImage(gl, target, level, internal, width, height, 1, internal, 0x1401, null);
    },
    deleteRenderbuffer(gl, [buffer]) {
      state.renderbuffers.delete(buffer);
    },
  };

  const boundRenderbuffer = new WeakMap();
  function renderbuffer(gl, samples, internal, width, height) {
    const buffer = boundRenderbuffer.get(gl);
    if (buffer) {
      const bytes = levelBytes(internal, internal, 0x1401, width, height, 1);
      state.renderbuffers.set(buffer, bytes * Math.max(samples, 1));
    }
  }
  before.bindRenderbuffer = (gl, [, buffer]) => boundRenderbuffer.set(gl, buffer);
  before.renderbufferStorage = (gl, [, f, w, h]) => renderbuffer(gl, 1, f, w, h);
  before.renderbufferStorageMultisample = (gl, [, s, f, w, h]) =>
    renderbuffer(gl, s, f, w, h);

  const prototypes = [window.WebGLRenderingContext, window.WebGL2RenderingContext]
    .filter(Boolean)
    .map((type) => type.prototype);
  for (const proto of prototypes) {
    wrap(
      proto,
      'createTexture',
      (original) =>
        function () {
          const texture = original.call(this);
          if (texture) {
            state.created++;
            state.textures.set(texture, {
              id: state.next_id++,
              target: 0,
              levels: new Map(),
              bytes: 0,
              uploads: {},
              urls: new Set(),
              sources: [],
              immutable: false,
              compressed: false,
              attached: false,
              partial: false,
              generated: false,
            });
            change(0);
          }
          return texture;
        },
    );
    for (const [name, note] of Object.entries(before)) {
      wrap(
        proto,
        name,
        (original) =>
          function (...args) {
            try {
              note(this, args);
            } catch (error) {
              console.error(`recorder: ${name}: ${error.message}`);
            }
            return original.apply(this, args);
          },
      );
    }
  }

  // What the page may use: compressed families and WebGL 2 are the device's, so they are
  // options here, otherwise the record would depend on the machine it was made on.
  const FAMILIES = {
    astc: /compressed_texture_astc/,
    etc: /compressed_texture_etc$/,
    etc1: /compressed_texture_etc1/,
    pvrtc: /compressed_texture_pvrtc/,
    s3tc: /compressed_texture_s3tc/,
    bptc: /texture_compression_bptc/,
    rgtc: /texture_compression_rgtc/,
  };
  const allowed = options.compressed || [];
  function hidden(name) {
    return Object.entries(FAMILIES).some(
      ([family, pattern]) => pattern.test(name) && !allowed.includes(family),
    );
  }
  if (!allowed.includes('all')) {
    for (const proto of prototypes) {
      wrap(
        proto,
        'getExtension',
        (original) =>
          function (name) {
            return hidden(String(name)) ? null : original.call(this, name);
          },
      );
      wrap(
        proto,
        'getSupportedExtensions',
        (original) =>
          function () {
            const names = original.call(this);
            return names && names.filter((name) => !hidden(name));
          },
      );
    }
  }
  if (options.webgl === 1) {
    wrap(
      HTMLCanvasElement.prototype,
      'getContext',
      (original) =>
        function (kind, ...rest) {
          return kind === 'webgl2' ? null : original.call(this, kind, ...rest);
        },
    );
  }

  window.__packauditRecorder = { state, formatName };
})();
