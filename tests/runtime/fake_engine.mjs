// An engine that is none: assets with references, one frame a timer, and a record of what
// was asked for. SPDX-License-Identifier: Apache-2.0

export function fakeEngine({ assets, scenes, failing = [], versions = {} }) {
  const log = [];
  const made = new Map();
  const waiting = [];
  let frames = 0;
  let alive = 0; // decoded images: until the second frame behind their upload
  let mostAlive = 0;

  const bundle = {
    name: 'main',
    getAssetInfo: (uuid) => (assets.includes(uuid) ? { uuid, ...versions[uuid] } : null),
    getSceneInfo: (name) => (scenes[name] ? { url: name } : null),
    loadScene(name, done) {
      log.push(`scene ${name}`);
      setTimeout(() =>
        failing.includes(name) ? done(new Error(`no ${name}`)) : done(null, { name }),
      );
    },
  };

  function asset(uuid) {
    if (!made.has(uuid)) {
      made.set(uuid, {
        uuid,
        refCount: 0,
        addRef() {
          this.refCount++;
          return this;
        },
        decRef() {
          this.refCount--;
          return this;
        },
      });
    }
    return made.get(uuid);
  }

  const tick = setInterval(() => {
    frames++;
    for (const resolve of waiting.splice(0)) {
      resolve();
    }
  }, 1);

  const Director = { EVENT_AFTER_DRAW: 'after-draw' };
  const director = {
    running: null,
    getScene: () => director.running,
    once: (event, resolve) => waiting.push(resolve),
    runScene(scene, before, launched) {
      log.push(`run ${scene.name}`);
      director.running = { uuid: scenes[scene.name] };
      setTimeout(launched);
    },
  };
  const assetManager = {
    bundles: { find: (test) => [bundle].find(test) },
    getBundle: (name) => (name === 'main' ? bundle : null),
    loadBundle: (name, done) => setTimeout(() => done(new Error(`no bundle ${name}`))),
    loadAny([{ uuid, bundle: name }], done) {
      if (name !== 'main') {
        throw new Error(`no bundle for ${uuid}`); // 2.4 looks nowhere else
      }
      log.push(uuid);
      mostAlive = Math.max(mostAlive, ++alive);
      setTimeout(() => {
        if (failing.includes(uuid)) {
          alive--;
          done(new Error(`no ${uuid}`));
          return;
        }
        const due = frames + 2;
        const free = () => (frames >= due ? alive-- : waiting.push(free));
        waiting.push(free);
        done(null, asset(uuid));
      }, 2);
    },
  };
  return {
    cc: { assetManager, director, Director, sys: { isNative: false } },
    log,
    held: () => [...made.values()].filter((one) => one.refCount > 0).length,
    mostAlive: () => mostAlive,
    stop: () => clearInterval(tick),
  };
}

/** FNV-1a, once more. */
export function matchOf(uuids, versions = {}) {
  let hash = 0x811c9dc5n;
  for (const uuid of uuids) {
    const { ver = '', nativeVer = '' } = versions[uuid] || {};
    for (const byte of new TextEncoder().encode(`${uuid} ${ver} ${nativeVer}\n`)) {
      hash = ((hash ^ BigInt(byte)) * 16777619n) & 0xffffffffn;
    }
  }
  return hash.toString(16).padStart(8, '0');
}
