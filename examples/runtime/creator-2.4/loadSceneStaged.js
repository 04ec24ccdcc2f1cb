// Loads a scene in the stages that `packaudit order --format json` planned. Creator 2.4.
//
//     const { loadSceneStaged } = require('./loadSceneStaged');
//     const load = loadSceneStaged('sponza', { plan, onProgress: (p) => bar.progress = p.part });
//     load.then(() => …, (error) => …);        // load.cancel() stops between two assets
//
// Each stage is one round of cc.assetManager.loadAny. On native targets the pixels of an
// uploaded image are a typed array, which goes when scripts collect garbage: nothing else
// frees it (cocos2d-x-lite 2.4.6 jsb_global.cpp, jsb-adapter HTMLImageElement.js). So after
// each stage this waits for three drawn frames, in which textures are made, and asks for a
// collection. Everything loaded keeps a reference of ours until the scene runs.
//
// SPDX-License-Identifier: Apache-2.0
'use strict';

const FRAMES_BETWEEN_STAGES = 3;
const SCHEMA = 'packaudit.order/1';

function LoadCancelled(name) {
  this.name = 'LoadCancelled';
  this.message = "loading '" + name + "' was cancelled";
}
LoadCancelled.prototype = Object.create(Error.prototype);
LoadCancelled.prototype.constructor = LoadCancelled;

// ---- the plan ------------------------------------------------------------------------

function shortUrl(url) {
  return url.replace(/^db:\/\//, '').replace(/\.(scene|fire)$/, '');
}

function isCalled(scene, name) {
  return scene.url !== '' && (scene.name === name || shortUrl(scene.url) === shortUrl(name));
}

function find(list, test) {
  return list.filter(test)[0] || null;
}

/** The plan of a change from the scene that runs, else that of the scene alone. */
function choosePlan(plan, name) {
  const to = find(plan.scenes, (scene) => isCalled(scene, name));
  const running = cc.director.getScene();
  const uuid = running && (running.uuid || running._id);
  const from = uuid && find(plan.scenes, (scene) => scene.uuid === uuid);
  const change =
    to && from && from !== to
      ? find(plan.transitions, (row) => row.from === from.id && row.to === to.id)
      : null;
  return change || to;
}

/** The bundle that stores an asset, not one that redirects to it; or null. */
function bundleOf(bundles, uuid) {
  return find(bundles, (bundle) => {
    const info = bundle.getAssetInfo(uuid);
    return info && !info.redirect;
  });
}

/** FNV-1a over "UUID VERSION NATIVE_VERSION\n", as packaudit works it out; null when the
 * bundles lack an asset. Uuids and versions are ASCII. */
function matchOf(chosen, bundles) {
  let hash = 0x811c9dc5;
  for (let s = 0; s < chosen.stages.length; s++) {
    for (let a = 0; a < chosen.stages[s].assets.length; a++) {
      const uuid = chosen.stages[s].assets[a];
      const bundle = bundleOf(bundles, uuid);
      if (!bundle) {
        return null;
      }
      const info = bundle.getAssetInfo(uuid);
      const row = uuid + ' ' + (info.ver || '') + ' ' + (info.nativeVer || '') + '\n';
      for (let i = 0; i < row.length; i++) {
        hash = Math.imul(hash ^ row.charCodeAt(i), 16777619);
      }
    }
  }
  return ('0000000' + (hash >>> 0).toString(16)).slice(-8);
}

// ---- the engine, as promises ---------------------------------------------------------

function call(work) {
  return new Promise((resolve, reject) => {
    work((error, value) => (error ? reject(error) : resolve(value)));
  });
}

function loadBundles(names) {
  const bundles = [];
  return names
    .reduce(
      (before, name) =>
        before
          .then(
            () =>
              cc.assetManager.getBundle(name) ||
              call((done) => cc.assetManager.loadBundle(name, done)),
          )
          .then((bundle) => {
            bundles.push(bundle);
          }),
      Promise.resolve(),
    )
    .then(() => bundles);
}

function waitFrames(count) {
  if (count === 0) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    cc.director.once(cc.Director.EVENT_AFTER_DRAW, resolve);
  }).then(() => waitFrames(count - 1));
}

/** The engine's own loading of whatever is not there yet, then the scene runs. */
function runScene(name, state) {
  const bundle = cc.assetManager.bundles.find((one) => Boolean(one.getSceneInfo(name)));
  if (!bundle) {
    return Promise.reject(new Error("no loaded bundle has a scene '" + name + "'"));
  }
  return call((done) => bundle.loadScene(name, done)).then((asset) => {
    state.check();
    return new Promise((resolve) => {
      cc.director.runScene(asset, null, () => resolve());
    });
  });
}

// ---- stages --------------------------------------------------------------------------

function loadOne(uuid, stage, state) {
  // 2.4 looks a uuid up in the bundle that is named, and in no other one
  const request = { uuid: uuid, bundle: bundleOf(state.bundles, uuid).name };
  return call((done) => cc.assetManager.loadAny([request], done)).then((asset) => {
    const loaded = Array.isArray(asset) ? asset[0] : asset;
    loaded.addRef();
    state.held.push(loaded);
    state.finished++;
    state.tell(state.finished / stage.assets.length);
  });
}

/** Waits for all, also when one fails: what is under way must not be left behind. */
function loadStage(stage, state) {
  const failures = [];
  state.finished = 0;
  const loads = stage.assets.map((uuid) =>
    loadOne(uuid, stage, state).catch((error) => {
      failures.push(error);
    }),
  );
  return Promise.all(loads).then(() => {
    if (failures.length > 0) {
      throw failures[0];
    }
  });
}

function collectGarbage() {
  if (cc.sys && cc.sys.isNative && cc.sys.garbageCollect) {
    cc.sys.garbageCollect();
  }
}

function loadStages(chosen, state, index) {
  if (index === chosen.stages.length) {
    return Promise.resolve();
  }
  state.stage = index;
  state.stages = chosen.stages.length;
  return loadStage(chosen.stages[index], state)
    .then(() => {
      state.check();
      return waitFrames(FRAMES_BETWEEN_STAGES);
    })
    .then(() => {
      state.check();
      collectGarbage();
      return loadStages(chosen, state, index + 1);
    });
}

/** The plan that can be carried out, or the reason why the engine has to load by itself. */
function preparePlan(name, plan) {
  const chosen = plan && plan.schema === SCHEMA ? choosePlan(plan, name) : null;
  if (!chosen) {
    return Promise.resolve({ reason: "there is no plan for '" + name + "'" });
  }
  if (chosen.outcome === 'at_once') {
    return Promise.resolve({});
  }
  if (chosen.outcome !== 'in_stages') {
    const reason = "the plan says that '" + name + "' fits in no order";
    return Promise.resolve({ reason: reason });
  }
  return loadBundles(chosen.bundles).then(
    (bundles) => {
      const found = matchOf(chosen, bundles);
      return found === chosen.match
        ? { chosen: chosen, bundles: bundles }
        : { reason: 'the plan is for another build (' + chosen.match + ', not ' + found + ')' };
    },
    (error) => ({ reason: 'a bundle of the plan cannot be loaded: ' + (error.message || error) }),
  );
}

function run(name, plan, state) {
  const release = () => {
    state.held.forEach((asset) => asset.decRef());
  };
  return preparePlan(name, plan)
    .then((prepared) => {
      state.check();
      if (prepared.reason) {
        console.warn(
          'loadSceneStaged: ' + prepared.reason + "; the engine loads '" + name + "' at once",
        );
      }
      state.bundles = prepared.bundles;
      return prepared.chosen ? loadStages(prepared.chosen, state, 0) : null;
    })
    .then(() => runScene(name, state))
    .then(release, (error) => {
      release();
      throw error;
    });
}

/** A promise that is done when the scene runs. It rejects with what the engine failed with,
 * or with LoadCancelled after its `cancel()`; what was loaded is then released.
 * onProgress gets { part (0 to 1), stage, stages }. */
function loadSceneStaged(name, options) {
  const asked = options || {};
  const state = {
    held: [],
    bundles: [],
    stage: 0,
    stages: 1,
    finished: 0,
    isCancelled: false,
    check() {
      if (state.isCancelled) {
        throw new LoadCancelled(name);
      }
    },
    tell(part) {
      if (asked.onProgress && !state.isCancelled) {
        asked.onProgress({
          part: (state.stage + part) / state.stages,
          stage: state.stage,
          stages: state.stages,
        });
      }
    },
  };
  const promise = run(name, asked.plan, state);
  promise.cancel = () => {
    state.isCancelled = true;
  };
  return promise;
}

module.exports = { loadSceneStaged: loadSceneStaged, LoadCancelled: LoadCancelled };
