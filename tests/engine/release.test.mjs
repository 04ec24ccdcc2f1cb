// What a change of scene keeps and frees, on references made by hand, and the comparison
// of a recorded sequence: equal, and each way to differ.
// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { KeptSets, ReferenceCounts, forgetsReloaded } from './release.mjs';
import { compareSequence } from './transitions.mjs';

// Scenes A and B show one sprite frame; A and C one texture by a frame of their own each.
const REFERENCES = {
  A: ['frame', 'own', 'frameA'],
  B: ['frame', 'frame', 'material'],
  C: ['frameC'],
  frame: ['shared'],
  frameA: ['twice'],
  frameC: ['twice'],
  material: ['alone'],
};
const SETS = {
  A: ['shared', 'own', 'twice'],
  B: ['shared', 'alone'],
  C: ['twice'],
};
const BYTES = { shared: 1, own: 10, alone: 100, twice: 1000 };
const TEXTURES = Object.keys(BYTES);

/** Textures after each of `steps`, [scene, releases on leaving], by counting. */
function counted(references, steps) {
  const counts = new ReferenceCounts(references);
  let releases = false;
  return steps.map(([scene, next]) => {
    counts.change(scene, releases);
    releases = next;
    return TEXTURES.filter((uuid) => counts.has(uuid)).join(' ');
  });
}

test('a scene that releases frees all but what the next one uses', () => {
  const steps = [
    ['A', true],
    ['B', true],
    ['C', true],
    ['A', true],
  ];
  assert.deepEqual(counted(REFERENCES, steps), [
    'shared own twice',
    'shared alone',
    'twice',
    'shared own twice',
  ]);
});

test('scenes that keep add up, and coming back adds nothing', () => {
  const steps = [
    ['B', false],
    ['C', false],
    ['B', false],
    ['C', false],
  ];
  assert.deepEqual(counted(REFERENCES, steps), [
    'shared alone',
    'shared alone twice',
    'shared alone twice',
    'shared alone twice',
  ]);
});

test('what a scene kept goes with a later scene that releases the same asset', () => {
  const steps = [
    ['A', false],
    ['B', true],
    ['C', true],
  ];
  assert.deepEqual(counted(REFERENCES, steps)[2], 'own twice');
});

test('what a scene kept stays while an asset of its own holds it', () => {
  const steps = [
    ['A', false],
    ['C', true],
    ['B', true],
  ];
  assert.deepEqual(counted(REFERENCES, steps)[2], 'shared own alone twice');
});

test('coming back to a scene that kept and leaving it with release frees it', () => {
  const steps = [
    ['A', false],
    ['B', true],
    ['A', true],
    ['C', true],
  ];
  assert.deepEqual(counted(REFERENCES, steps)[3], 'twice');
});

test('the same scene again keeps its assets whatever it does on leaving', () => {
  for (const releases of [true, false]) {
    const steps = [
      ['A', releases],
      ['A', releases],
    ];
    assert.deepEqual(counted(REFERENCES, steps)[1], 'shared own twice');
  }
});

test('assets that refer to each other in a circle are freed together', () => {
  const circle = { A: ['one'], B: [], one: ['two', 'own'], two: ['one'] };
  const steps = [
    ['A', true],
    ['B', true],
  ];
  assert.deepEqual(counted(circle, steps), ['own', '']);
  circle.B = ['two'];
  assert.deepEqual(counted(circle, steps), ['own', 'own']);
});

test('sets alone are certain, or say that they are not', () => {
  const sets = new KeptSets();
  const change = (scene, releases) => sets.change(new Set(SETS[scene]), releases);
  change('A', false);
  change('B', false); // A kept
  assert.deepEqual([...sets.alive()].sort(), ['alone', 'own', 'shared', 'twice']);
  change('C', true); // B released what it had: 'shared' may have gone with it
  const asked = [];
  const settled = sets.settle((uuid) => asked.push(uuid) < 0);
  assert.deepEqual(asked, ['shared']);
  assert.deepEqual(settled, { stayed: [], went: ['shared'] });
  assert.deepEqual([...sets.alive()].sort(), ['own', 'twice']);
});

function textureOf(uuid, bytes = BYTES[uuid]) {
  return { uuid, also: [], images: [`${uuid}-image`], class: 'image', bytes };
}

function snapshot(uuids) {
  return { textures: uuids.map((uuid) => textureOf(uuid)) };
}

function step(scene, releases, overlap, after) {
  const references = {};
  const visit = (uuid) => {
    if (REFERENCES[uuid]) {
      references[uuid] = REFERENCES[uuid];
      references[uuid].forEach(visit);
    }
  };
  visit(scene);
  return {
    name: scene,
    uuid: scene,
    references,
    releases_on_leaving: releases,
    overlap: snapshot(overlap),
    settled: snapshot(after),
  };
}

function sequence() {
  return {
    boot: { textures: [] },
    steps: [
      step('A', false, ['shared', 'own', 'twice'], ['shared', 'own', 'twice']),
      step('B', true, TEXTURES, TEXTURES),
      step('C', true, TEXTURES, ['own', 'twice']),
    ],
  };
}

function report() {
  return {
    scenes: Object.keys(SETS).map((uuid) => ({ uuid, texture_uuids: SETS[uuid] })),
    textures: TEXTURES.map((uuid) => ({
      uuid,
      class: 'cc.Texture2D',
      gpu_bytes: BYTES[uuid],
    })),
  };
}

test('a sequence is equal step by step, with its sums', () => {
  const results = compareSequence(sequence(), report());
  assert.deepEqual(
    results.flatMap((result) => result.lines),
    [],
  );
  assert.deepEqual(
    results.map((result) => [result.overlap.recorded, result.after.recorded]),
    [
      [1011, 1011],
      [1111, 1111],
      [1111, 1010],
    ],
  );
  assert.deepEqual([...results[2].unsure.went.keys()], ['shared']);
});

test('an old engine never frees a scene that was loaded again while it ran', () => {
  const versions = ['2.4.0', '2.4.3', '2.4.4', '2.4.14', '3.0.0', '3.8.5', null];
  assert.deepEqual(versions.filter(forgetsReloaded), ['2.4.0', '2.4.3']);
  const all = ['shared', 'own', 'twice'];
  const reloaded = (engine, after) => ({
    boot: { textures: [] },
    engine,
    steps: [
      step('A', true, all, all),
      step('A', true, all, all),
      step('C', true, all, after),
    ],
  });
  for (const [engine, after] of [
    ['2.4.3', all],
    ['2.4.4', ['twice']],
  ]) {
    const results = compareSequence(reloaded(engine, after), report());
    const lines = results.flatMap((result) => result.lines);
    assert.deepEqual(lines, []);
  }
});

test('a texture too many, too few and of other bytes is a difference of its step', () => {
  const lines = (change) => {
    const changed = sequence();
    change(changed.steps);
    return compareSequence(changed, report()).flatMap((result, i) =>
      result.lines.map((line) => `${i} ${line}`),
    );
  };
  assert.match(
    lines((steps) => steps[2].settled.textures.push(textureOf('shared'))).join(),
    /^2 after +recorded only +shared 1 bytes$/,
  );
  assert.match(
    lines((steps) => steps[1].overlap.textures.shift()).join(),
    /^1 overlap +predicted only +shared 1 bytes$/,
  );
  assert.match(
    lines((steps) => steps[0].settled.textures.splice(1, 1, textureOf('own', 11))).join(),
    /^0 after +differs +own recorded 11, predicted 10 bytes$/,
  );
  // Had the first scene released, its textures would be gone: the flag matters.
  assert.notEqual(lines((steps) => (steps[0].releases_on_leaving = true)).length, 0);
});

test("what code loaded is listed apart, the start's textures are left out", () => {
  const changed = sequence();
  changed.boot = snapshot(['shared']);
  changed.steps[0].settled.textures.push(textureOf('stranger', 5));
  const results = compareSequence(changed, report());
  assert.deepEqual(results.flatMap((result) => result.lines), []);
  assert.deepEqual([...results[0].byCode.keys()], ['stranger']);
  assert.equal(results[0].after.recorded, 1010);
});

test('an image without a file has no storage on either side', () => {
  const missing = report();
  missing.scenes[0].texture_uuids.push('missing');
  missing.textures.push({ uuid: 'missing', class: 'cc.Texture2D', gpu_bytes: null });
  const lines = (given) =>
    compareSequence(sequence(), given).flatMap((result) => result.lines);
  assert.deepEqual(lines(missing), []);
  missing.textures.pop(); // named by the scene, listed nowhere
  assert.notEqual(lines(missing).length, 0);
});

test('a step that failed is neither equal nor different', () => {
  const changed = sequence();
  Object.assign(changed.steps[2], { run_error: 'another scene runs', settled: null });
  const results = compareSequence(changed, report());
  assert.equal(results[2].reason, 'another scene runs');
  changed.steps[0].run_error = 'no';
  const stopped = compareSequence(changed, report());
  assert.match(stopped[1].reason, /step 1 was not recorded/);
  assert.equal(compareSequence({ steps: [], error: 'no engine' }, report()).length, 0);
});

/** page/sequence.js beside a stand-in for the engine. */
function pageWith(names) {
  let launch = null;
  const className = (value) => names.get(value) || names.get(value.constructor) || '';
  const director = { on: (_, callback) => (launch = callback), getScene: () => null };
  const engine = { director, Director: {}, js: { getClassName: className } };
  const base = { engine: () => engine, className, uuidOf: (scene) => scene.uuid };
  const window = { __packauditEngine: base };
  const file = new URL('./page/sequence.js', import.meta.url);
  vm.runInNewContext(readFileSync(file, 'utf8'), { window });
  return { base, launch: (scene) => launch(scene) };
}

test('without code, scripts lose their own life and keep that of the engine', () => {
  class Label {
    onLoad() {
      return 'engine';
    }
  }
  class Shouting extends Label {
    onLoad() {
      return 'script';
    }
    update() {}
  }
  const names = new Map([
    [Label, 'cc.Label'],
    [Shouting, 'Shouting'],
  ]);
  const scene = (component) => ({
    uuid: 's',
    autoReleaseAssets: true,
    _children: [{ _components: [component], _children: [] }],
  });
  for (const withoutCode of [true, false]) {
    const page = pageWith(names);
    const component = new Shouting();
    const root = scene(component);
    page.base.watchLaunches(withoutCode);
    page.launch(root);
    assert.equal(component.onLoad(), withoutCode ? 'engine' : 'script');
    assert.equal(typeof component.update, withoutCode ? 'undefined' : 'function');
    const { as_built, on_leaving } = page.base.setAutoRelease('false');
    assert.deepEqual([as_built, on_leaving], [true, false]);
    assert.equal(root.autoReleaseAssets, false);
  }
});
