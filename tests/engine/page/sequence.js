// Runs in the page beside engine.js: one scene after the other by the engine's own
// director, with the textures written down while both scenes are alive, and without the
// game's scripts if asked.
// SPDX-License-Identifier: Apache-2.0
(() => {
  'use strict';

  const base = window.__packauditEngine;
  const ENGINE_CLASS = /^(?:cc|sp|dragonBones)\./;
  const LIFE = [
    'onLoad',
    'onEnable',
    'start',
    'update',
    'lateUpdate',
    'onDisable',
    'onDestroy',
  ];
  let holdsCode = false;
  let launched = null; // the scene that runs, and its autoReleaseAssets as built

  // The nearest class of the engine that a script's class extends: its own life goes on.
  function engineBase(component) {
    const { js } = base.engine();
    let proto = Object.getPrototypeOf(component);
    while (proto && !ENGINE_CLASS.test(js.getClassName(proto.constructor) || '')) {
      proto = Object.getPrototypeOf(proto);
    }
    return proto;
  }

  // Scripts load what they like. Shadowed on the instance, because the class may also be
  // used by a scene that is to run as it is.
  function silence(node) {
    for (const component of node._components || node.components || []) {
      if (component && !ENGINE_CLASS.test(base.className(component))) {
        const proto = engineBase(component);
        for (const name of LIFE) {
          component[name] = proto ? proto[name] : undefined;
        }
      }
    }
    for (const child of node._children || node.children || []) {
      silence(child);
    }
  }

  function watchLaunches(withoutCode) {
    const { director, Director } = base.engine();
    holdsCode = withoutCode;
    director.on(Director.EVENT_BEFORE_SCENE_LAUNCH, (scene) => {
      launched = { scene, as_built: Boolean(scene.autoReleaseAssets) };
      if (holdsCode) {
        silence(scene);
      }
    });
  }

  // The old scene's assets are freed in the tick after the change, so in this callback the
  // textures of both scenes are there: the peak of the change.
  async function changeScene(url, uuid) {
    let overlap = null;
    const error = await base.runScene(url, () => {
      overlap = base.snapshot(uuid);
    });
    return { error, overlap };
  }

  function setAutoRelease(how) {
    const { scene } = launched;
    if (how !== 'as-built') {
      scene.autoReleaseAssets = how === 'true';
    }
    return {
      as_built: launched.as_built,
      on_leaving: Boolean(scene.autoReleaseAssets),
      is_running: base.engine().director.getScene() === scene,
      uuid: base.uuidOf(scene) || scene._id || null,
    };
  }

  // Who refers to whom, one entry for each reference, as the release manager counts them.
  function references(sceneUuid) {
    const { dependUtil } = base.engine().assetManager;
    const found = {};
    for (const uuid of [sceneUuid, ...dependUtil.getDepsRecursively(sceneUuid)]) {
      const list = dependUtil.getDeps(uuid);
      if (list && list.length) {
        found[uuid] = [...list];
      }
    }
    return found;
  }

  Object.assign(base, { watchLaunches, changeScene, setAutoRelease, references });
})();
