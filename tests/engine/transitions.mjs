// A recorded sequence of scenes against a report: which textures made from images must be
// there while two scenes overlap, and after the old one was released.
// SPDX-License-Identifier: Apache-2.0
import { hasStorage, predictedTextures, recordedTextures } from './compare.mjs';
import { KeptSets, ReferenceCounts, forgetsReloaded } from './release.mjs';

function sum(textures) {
  return [...textures.values()].reduce((total, texture) => total + texture.bytes, 0);
}

/** The uuids that a scene of the sequence reaches, by the engine's table. */
function reached(steps) {
  const found = new Set();
  for (const step of steps) {
    for (const [uuid, list] of Object.entries(step.references || {})) {
      found.add(uuid);
      list.forEach((other) => found.add(other));
    }
  }
  return found;
}

/** The start's textures stay whatever the scenes do: they are left out on both sides. */
function bootUuids(sequence) {
  const found = new Set();
  for (const texture of sequence.boot.textures) {
    [texture.uuid, ...texture.also, ...texture.images].forEach((uuid) => found.add(uuid));
  }
  return found;
}

/** What the snapshot has, parted by who brought it. */
function part(snapshot, boot, isOfScenes) {
  const ofScenes = new Map();
  const byCode = new Map();
  for (const [uuid, texture] of recordedTextures(snapshot, true)) {
    if (!boot.has(uuid)) {
      (isOfScenes(uuid) ? ofScenes : byCode).set(uuid, texture);
    }
  }
  return { ofScenes, byCode };
}

function differences(recorded, expected, absent) {
  const lines = [];
  for (const [uuid, texture] of recorded) {
    const said = expected.get(uuid);
    if (!said) {
      lines.push(`recorded only   ${uuid} ${texture.bytes} bytes`);
    } else if (said.bytes !== texture.bytes) {
      lines.push(
        `differs         ${uuid} recorded ${texture.bytes}, ` +
          `predicted ${said.bytes} bytes`,
      );
    }
  }
  for (const [uuid, texture] of expected) {
    if (!recorded.has(uuid) && hasStorage(texture)) {
      const why = absent.has(uuid) ? ' (the engine gave it no storage)' : '';
      lines.push(`predicted only  ${uuid} ${texture.bytes} bytes${why}`);
    }
  }
  return lines;
}

function withoutStorage(snapshot) {
  return new Set((snapshot.textures_without_storage || []).map((item) => item.uuid));
}

/** Expected textures of each step: `overlap` while both scenes are there, `after`. */
export function expectSequence(sequence, report) {
  const boot = bootUuids(sequence);
  const references = Object.assign({}, ...sequence.steps.map((step) => step.references));
  const counts = new ReferenceCounts(references);
  const sets = new KeptSets();
  const known = new Map();
  let wasReloaded = false;
  const pick = (uuids) => new Map([...uuids].map((uuid) => [uuid, known.get(uuid)]));
  return sequence.steps.map((step, i) => {
    const scene = report.scenes.find((item) => item.uuid === step.uuid);
    if (!scene) {
      return null;
    }
    const textures = new Set();
    for (const [uuid, texture] of predictedTextures(report, scene)) {
      if (!boot.has(uuid)) {
        known.set(uuid, texture);
        textures.add(uuid);
      }
    }
    const overlap = new Set([...sets.alive(), ...textures]);
    const left = sequence.steps[i - 1];
    const isForgotten = wasReloaded && forgetsReloaded(sequence.engine);
    const releases = Boolean(left && left.releases_on_leaving && !isForgotten);
    sets.change(textures, releases);
    counts.change(step.uuid, releases, isForgotten);
    wasReloaded = Boolean(left && left.uuid === step.uuid);
    const unsure = sets.settle((uuid) => counts.has(uuid));
    return {
      overlap: pick(overlap),
      after: pick(sets.alive()),
      unsure: { stayed: pick(unsure.stayed), went: pick(unsure.went) },
    };
  });
}

function whyNot(step, expected) {
  if (step.run_error || !step.settled || !step.overlap) {
    return step.run_error || 'it has no snapshots of a change of scene';
  }
  return expected ? null : 'the report has no such scene';
}

/** Each step: equal, or the lines that tell how not. */
export function compareSequence(sequence, report) {
  if (!sequence.boot) {
    return []; // the engine did not start: its `error` says why
  }
  const ofScenes = reached(sequence.steps);
  const boot = bootUuids(sequence);
  const expected = expectSequence(sequence, report);
  for (const step of expected) {
    if (step) {
      step.overlap.forEach((_, uuid) => ofScenes.add(uuid));
    }
  }
  // What a scene that failed left behind is not known: nothing after it can be compared.
  let stopped = null;
  return sequence.steps.map((step, i) => {
    const reason = stopped || whyNot(step, expected[i]);
    if (reason) {
      stopped = stopped || `step ${i + 1} was not recorded`;
      return { step, reason, lines: [], byCode: new Map() };
    }
    const result = { step, lines: [], unsure: expected[i].unsure };
    for (const [phase, key] of [
      ['overlap', 'overlap'],
      ['after', 'settled'],
    ]) {
      const snapshot = step[key];
      const found = part(snapshot, boot, (uuid) => ofScenes.has(uuid));
      const want = expected[i][phase];
      const lines = differences(found.ofScenes, want, withoutStorage(snapshot));
      result.lines.push(...lines.map((line) => `${phase.padEnd(8)} ${line}`));
      result[phase] = { recorded: sum(found.ofScenes), predicted: sum(want) };
      result.byCode = found.byCode;
    }
    return result;
  });
}

function figures({ after, overlap }) {
  const pair = ({ recorded, predicted }) =>
    recorded === predicted ? `${recorded}` : `${recorded} (predicted ${predicted})`;
  return `${pair(after)} bytes, ${pair(overlap)} while both scenes were there`;
}

/** The part of the step that the report's sets leave open. */
function printUnsure({ stayed, went }) {
  if (stayed.size + went.size) {
    console.log(
      `           by counting references: ${stayed.size} stayed ` +
        `(${sum(stayed)} bytes), ${went.size} went (${sum(went)} bytes)`,
    );
  }
}

function printStep(title, result, shown) {
  const { lines, byCode } = result;
  const word = lines.length ? 'different' : 'equal';
  console.log(`${word.padEnd(10)} ${title}: ${figures(result)}`);
  lines.slice(0, shown).forEach((line) => console.log(`           ${line}`));
  if (lines.length > shown) {
    console.log(
      `           ${lines.length - shown} more, show them with --all-differences`,
    );
  }
  printUnsure(result.unsure);
  if (byCode.size) {
    console.log(`           by code: ${byCode.size} textures (${sum(byCode)} bytes)`);
  }
  return word;
}

function titleOf(step, before, i) {
  const how = before
    ? ` after ${before.name}, which ${before.releases_on_leaving ? 'released' : 'kept'}`
    : '';
  return `${i + 1} ${step.name}${how}`;
}

/** Prints the steps; returns the exit status. */
export function printSequence(sequence, results, shown) {
  const counts = { equal: 0, different: 0, unrecorded: 0 };
  for (const [i, result] of results.entries()) {
    const title = titleOf(result.step, i ? results[i - 1].step : null, i);
    if (result.reason) {
      counts.unrecorded++;
      console.log(`unrecorded ${title}: ${result.reason}`);
    } else {
      counts[printStep(title, result, shown)]++;
    }
  }
  if (sequence.error) {
    console.log(`unrecorded the rest: ${sequence.error}`);
  }
  console.log(
    `${counts.equal} steps equal, ${counts.different} different, ` +
      `${counts.unrecorded} not recorded`,
  );
  if (counts.different && sequence.code) {
    console.log(
      "the scripts ran: what differs may be their doing, record with '--no-code'",
    );
  }
  if (counts.different) {
    return 1;
  }
  return counts.equal ? 0 : 3;
}
