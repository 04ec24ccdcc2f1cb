// Runs in the page beside recorder.js: talks to the running engine through its public
// interface only (names that builds mangle are never used), loads scenes, and joins what
// the engine believes (assets) with what the recorder saw (WebGL textures).
// SPDX-License-Identifier: Apache-2.0
(() => {
  'use strict';

  const recorder = window.__packauditRecorder;
  const BUILTIN_NAMES = [
    'black-texture',
    'empty-texture',
    'grey-texture',
    'white-texture',
    'normal-texture',
    'default-texture',
    'black-cube-texture',
    'white-cube-texture',
    'grey-cube-texture',
    'normal-cube-texture',
    'default-cube-texture',
  ];
  let cc = null;

  async function findEngine() {
    if (window.System && typeof window.System.import === 'function') {
      try {
        cc = await window.System.import('cc');
      } catch (error) {
        cc = null; // not every build maps the name; 2.4 has no modules at all
      }
    }
    if (!cc || !cc.assetManager) {
      cc = window.cc;
    }
    return Boolean(cc && cc.assetManager && cc.director);
  }

  function device() {
    return (
      (cc.director.root && cc.director.root.device) ||
      (cc.deviceManager && cc.deviceManager.gfxDevice) ||
      null
    );
  }

  function counter() {
    const status = device() && device().memoryStatus;
    return status && typeof status.textureSize === 'number' ? status.textureSize : null;
  }

  function status() {
    const game = cc && cc.director;
    return {
      frames: game ? game.getTotalFrames() : 0,
      quiet_ms: performance.now() - recorder.state.last_change_ms,
      scene: game && game.getScene() ? game.getScene().name : null,
    };
  }

  // A texture object's WebGLTexture, whatever the properties between are called: nearest
  // first, and not deep enough to reach the device, which knows other textures.
  function findHandle(root, depth) {
    let layer = [root];
    const seen = new Set();
    for (let i = 0; i <= depth && layer.length; i++) {
      const next = [];
      for (const object of layer) {
        for (const key of Object.getOwnPropertyNames(object)) {
          let value = null;
          try {
            value = object[key];
          } catch (error) {
            continue; // a getter that needs a state we do not have
          }
          if (value instanceof WebGLTexture) {
            return value;
          }
          if (
            value &&
            typeof value === 'object' &&
            !seen.has(value) &&
            !Array.isArray(value) &&
            !ArrayBuffer.isView(value)
          ) {
            seen.add(value);
            next.push(value);
          }
        }
      }
      layer = next;
    }
    return null;
  }

  function call(object, name) {
    try {
      const value = object[name];
      return typeof value === 'function' ? value.call(object) : value;
    } catch (error) {
      return null;
    }
  }

  // 3.x: getGFXTexture(). 2.4: getImpl(), which holds the handle itself.
  function handlesOf(asset) {
    const found = [];
    for (const root of [call(asset, 'getGFXTexture'), call(asset, 'getImpl')]) {
      const handle = root && typeof root === 'object' ? findHandle(root, 2) : null;
      if (handle && !found.includes(handle)) {
        found.push(handle);
      }
    }
    // A render texture of 3.x has a window whose colour textures are the real ones.
    const frame = asset.window && asset.window.framebuffer;
    for (const texture of (frame && frame.colorTextures) || []) {
      const handle = texture && findHandle(texture, 2);
      if (handle && !found.includes(handle)) {
        found.push(handle);
      }
    }
    return found;
  }

  function className(asset) {
    const js = cc.js || {};
    const name = js.getClassName ? js.getClassName(asset) : asset.constructor.name;
    return String(name || '').replace(/^cc\./, '');
  }

  // A sprite frame answers for its texture, or for the dynamic atlas it was drawn into, but
  // is none; it alone has a texture of its own.
  function isTexture(asset) {
    return (
      asset &&
      (typeof asset.getGFXTexture === 'function' ||
        typeof asset.getImpl === 'function') &&
      !('texture' in asset) &&
      typeof asset.width === 'number'
    );
  }

  function uuidOf(asset) {
    return (asset && (asset._uuid || asset.uuid)) || null;
  }

  function isImage(value) {
    return value && typeof value === 'object' && uuidOf(value) && 'width' in value;
  }

  // Every image a texture was built from: one, one a level, six faces, six a level, or six
  // atlases that hold all levels (baked cubes). Where no accessor tells, the engine's
  // dependency table does.
  function imagesOf(asset, uuid) {
    const uuids = new Set();
    const visit = (value) => {
      if (!value) {
        return;
      }
      if (Array.isArray(value)) {
        value.forEach(visit);
      } else if (isImage(value)) {
        uuids.add(uuidOf(value));
      } else if (typeof value === 'object') {
        for (const side of ['front', 'back', 'left', 'right', 'top', 'bottom']) {
          if (isImage(value[side])) {
            uuids.add(uuidOf(value[side]));
          }
        }
      }
    };
    visit(call(asset, 'mipmaps'));
    visit(call(asset, 'image'));
    const baked = asset.mipmapAtlas;
    visit(baked && baked.atlas);
    if (!uuids.size) {
      for (const dependency of cc.assetManager.dependUtil.getDeps(uuid) || []) {
        const image = cc.assetManager.assets.get(dependency);
        if (image && /ImageAsset$/.test(className(image))) {
          uuids.add(dependency);
        }
      }
    }
    return [...uuids];
  }

  function uuidFromUrl(url) {
    const match =
      /\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:@[0-9a-f]{5})?)[./]/i.exec(
        url,
      ) || /\/native\/[0-9a-z]{2}\/([^/.]+)[./]/i.exec(url);
    return match ? match[1] : null;
  }

  function relative(url) {
    return url.startsWith(location.origin)
      ? decodeURI(url.slice(location.origin.length + 1))
      : url;
  }

  // Which engine assets stand behind each WebGL texture, and which image each pixel
  // source object belongs to.
  function readAssets() {
    const byHandle = new Map();
    const imageOfSource = new Map();
    const known = new Map();
    const images = [];
    const add = (asset, uuid, builtin) => {
      if (!asset) {
        return;
      }
      const name = className(asset);
      if (/ImageAsset$/.test(name)) {
        images.push({ uuid, width: asset.width, height: asset.height });
        const data = asset.data || asset._nativeAsset;
        if (data && typeof data === 'object') {
          imageOfSource.set(ArrayBuffer.isView(data) ? data.buffer : data, uuid);
        }
        return;
      }
      if (!isTexture(asset)) {
        return;
      }
      for (const handle of handlesOf(asset)) {
        const list = byHandle.get(handle) || [];
        list.push({
          uuid,
          class: name,
          builtin,
          images: imagesOf(asset, uuid),
          width: asset.width,
          height: asset.height,
          path: call(asset, 'nativeUrl') || '',
        });
        byHandle.set(handle, list);
      }
    };
    cc.assetManager.assets.forEach((asset, key) => {
      const uuid = typeof key === 'string' ? key : uuidOf(asset);
      known.set(uuid, asset);
      add(asset, uuid, false);
    });
    const builtins = cc.builtinResMgr || (cc.internal && cc.internal.builtinResMgr);
    for (const name of builtins && typeof builtins.get === 'function'
      ? BUILTIN_NAMES
      : []) {
      const asset = builtins.get(name);
      if (asset && !known.has(uuidOf(asset))) {
        add(asset, uuidOf(asset) || name, true);
      }
    }
    return { byHandle, imageOfSource, known, images };
  }

  function levelsOf(entry) {
    const levels = [...entry.levels.entries()].map(([key, info]) => ({
      face: Math.floor(key / 64),
      level: key % 64,
      width: info.width,
      height: info.height,
      format: recorder.formatName(info.internal, info.type),
      bytes: info.bytes,
      depth: info.depth,
    }));
    levels.sort((a, b) => a.face - b.face || a.level - b.level);
    return levels;
  }

  function classify(entry, owners, images) {
    const owner = owners[0];
    const kinds = entry.uploads;
    if (owner && owner.builtin) {
      return 'builtin';
    }
    if (owner && /RenderTexture/.test(owner.class)) {
      return 'render_texture';
    }
    if (owner && images.length) {
      return entry.compressed ? 'compressed_image' : 'image';
    }
    if (entry.attached) {
      return 'render_target';
    }
    if (entry.partial && (kinds.image || kinds.bitmap) && !owner) {
      return 'dynamic_atlas';
    }
    if (kinds.canvas) {
      return 'canvas';
    }
    if (images.length) {
      return entry.compressed ? 'compressed_image' : 'image';
    }
    if (kinds.image || kinds.bitmap) {
      return 'outside_image'; // a picture that no asset of the build stands for
    }
    if (kinds.view || kinds.image_data) {
      return 'data';
    }
    return entry.bytes ? 'empty' : 'unused';
  }

  function describe(handle, entry, assets, closure, boot) {
    const owners = assets.byHandle.get(handle) || [];
    const images = new Set(owners.flatMap((owner) => owner.images));
    for (const source of entry.sources) {
      const uuid = assets.imageOfSource.get(source.deref());
      if (uuid) {
        images.add(uuid);
      }
    }
    const urls = [...entry.urls].map(relative);
    for (const url of urls) {
      const uuid = uuidFromUrl(`/${url}`);
      // 2.4 has no image assets apart: there the texture's own uuid is the image's.
      if (uuid && !images.size) {
        images.add(uuid);
      }
    }
    const levels = levelsOf(entry);
    const first = levels[0] || { width: 0, height: 0, format: null, depth: 0 };
    const faces = new Set(levels.map((level) => level.face)).size;
    const list = [...images];
    const uuids = owners.map((owner) => owner.uuid);
    return {
      uuid: uuids[0] || null,
      also: uuids.slice(1),
      class: classify(entry, owners, list),
      asset_class: owners.length ? owners[0].class : null,
      images: list,
      urls,
      width: first.width,
      height: first.height,
      levels: levels.filter((level) => level.face === 0).length,
      layers: faces > 1 ? faces : first.depth || 1,
      format: first.format,
      bytes: entry.bytes,
      uploads: entry.uploads,
      in_closure: closure
        ? uuids.some((uuid) => closure.has(uuid)) ||
          list.some((uuid) => closure.has(uuid))
        : null,
      in_boot: boot ? boot.has(entry.id) : null,
      id: entry.id,
    };
  }

  const IMAGE_CLASSES = ['image', 'compressed_image'];
  let bootIds = null;

  function snapshot(sceneUuid) {
    const assets = readAssets();
    const deps = sceneUuid
      ? cc.assetManager.dependUtil.getDepsRecursively(sceneUuid)
      : null;
    const closure = deps ? new Set([...deps, sceneUuid]) : null;
    const textures = [];
    const seen = new Set();
    for (const [handle, entry] of recorder.state.textures) {
      const texture = describe(handle, entry, assets, closure, bootIds);
      if (texture.class !== 'unused') {
        textures.push(texture);
      }
      [texture.uuid, ...texture.also].forEach((uuid) => uuid && seen.add(uuid));
    }
    if (!bootIds && !sceneUuid) {
      bootIds = new Set(textures.map((texture) => texture.id));
    }
    const without = [];
    for (const [uuid, asset] of assets.known) {
      if (isTexture(asset) && !seen.has(uuid)) {
        without.push({
          uuid,
          class: className(asset),
          width: asset.width,
          height: asset.height,
          in_closure: closure ? closure.has(uuid) : null,
        });
      }
    }
    textures.sort((a, b) => a.id - b.id);
    return {
      ...totals(textures, closure),
      renderbuffer_bytes: [...recorder.state.renderbuffers.values()].reduce(
        (a, b) => a + b,
        0,
      ),
      counter: counter(),
      peak_texture_bytes: recorder.state.peak_bytes,
      assets: assets.known.size,
      textures,
      textures_without_storage: without,
      image_assets: assets.images.map((image) => ({
        ...image,
        in_closure: closure ? closure.has(image.uuid) : null,
      })),
      dependencies: deps ? [...new Set(deps)].sort() : null,
    };
  }

  function totals(textures, closure) {
    const other = {};
    let image = 0;
    let inClosure = 0;
    for (const texture of textures) {
      if (IMAGE_CLASSES.includes(texture.class)) {
        image += texture.bytes;
        inClosure += texture.in_closure ? texture.bytes : 0;
      } else {
        other[texture.class] = (other[texture.class] || 0) + texture.bytes;
      }
    }
    const rest = Object.values(other).reduce((a, b) => a + b, 0);
    return {
      image_texture_bytes: image,
      scene_image_texture_bytes: closure ? inClosure : null,
      other_texture_bytes: rest,
      other_by_class: other,
      texture_bytes: image + rest,
    };
  }

  function loadBundle(name) {
    return new Promise((resolve) => {
      if (cc.assetManager.getBundle(name)) {
        resolve(null);
        return;
      }
      cc.assetManager.loadBundle(name, (error) =>
        resolve(error ? String(error.message || error) : null),
      );
    });
  }

  function bundleOfScene(url) {
    let found = null;
    cc.assetManager.bundles.forEach((bundle) => {
      if (!found && bundle.getSceneInfo(url)) {
        found = bundle;
      }
    });
    return found;
  }

  function sceneInfo(url) {
    const bundle = bundleOfScene(url);
    const info = bundle && bundle.getSceneInfo(url);
    return info ? { uuid: info.uuid, bundle: bundle.name, url: info.url } : null;
  }

  // The scene's assets come in, nothing of the scene runs: the snapshot is taken inside
  // the engine's own callback, before any script or frame can add a texture.
  function loadScene(url) {
    return new Promise((resolve) => {
      const bundle = bundleOfScene(url);
      bundle.loadScene(url, (error, asset) => {
        if (error) {
          resolve({ error: String(error.message || error) });
          return;
        }
        const { uuid } = bundle.getSceneInfo(url);
        const scene = asset && asset.scene;
        resolve({
          snapshot: snapshot(uuid),
          auto_release: Boolean(
            (scene && scene.autoReleaseAssets) || (asset && asset.autoReleaseAssets),
          ),
        });
      });
    });
  }

  function runScene(url, onUnloaded) {
    recorder.state.peak_bytes = recorder.state.live_bytes;
    return new Promise((resolve) => {
      const done = (error) => resolve(error instanceof Error ? error.message : null);
      if (cc.director.loadScene(url, done, onUnloaded) === false) {
        resolve(
          'the engine refused the scene (another one is loading, or it is unknown)',
        );
      }
    });
  }

  window.__packauditEngine = {
    engine: () => cc,
    findEngine,
    status,
    snapshot,
    loadBundle,
    sceneInfo,
    loadScene,
    runScene,
    uuidOf,
    className,
    contexts: () => recorder.state.contexts,
    version: () =>
      (cc && (cc.ENGINE_VERSION || cc.VERSION)) || window.CocosEngine || null,
    bundles: () => {
      const names = [];
      cc.assetManager.bundles.forEach((bundle) => names.push(bundle.name));
      return names;
    },
  };
})();
