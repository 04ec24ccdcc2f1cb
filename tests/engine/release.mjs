// What the engine's release manager keeps when one scene follows another. Two answers:
// from the scenes' sets of textures alone, which is certain or says that it is not, and
// from who refers to whom, which counts references as the engine does.
// Source: cocos-engine cocos/asset/asset-manager/release-manager.ts and load.ts (3.8.5),
// cocos2d/core/asset-manager/releaseManager.js (2.4.3, 2.4.11).
// SPDX-License-Identifier: Apache-2.0

/**
 * Whether an engine forgets what a scene referred to when that scene is loaded again
 * while it runs: it drops the old scene's entry, and the new one has the same uuid. Nothing is
 * then lowered or freed when the scene is left. The check came with 2.4.4 and 3.0.
 */
export function forgetsReloaded(engine) {
  const [, minor, patch] = /^2\.(\d+)\.(\d+)/.exec(engine || '') || [];
  return minor === '4' && Number(patch) < 4;
}

/** Counts references. `references`: uuid -> uuids, one entry for each reference. */
export class ReferenceCounts {
  constructor(references) {
    this.references = references;
    this.counts = new Map();
    this.cached = new Set();
    this.scene = null;
  }

  has(uuid) {
    return this.cached.has(uuid);
  }

  of(uuid) {
    return this.references[uuid] || [];
  }

  add(uuid, count) {
    this.counts.set(uuid, (this.counts.get(uuid) || 0) + count);
  }

  load(uuid) {
    if (!this.cached.has(uuid)) {
      this.cached.add(uuid);
      this.loadReferred(uuid);
    }
  }

  loadReferred(uuid) {
    for (const referred of this.of(uuid)) {
      this.load(referred);
      this.add(referred, 1);
    }
  }

  /**
   * The new scene is loaded whole before the old one is left; scenes are never cached.
   * `is_forgotten`: the engine no longer knows what the old scene referred to.
   */
  change(scene, releases, is_forgotten = false) {
    this.loadReferred(scene);
    if (this.scene && !is_forgotten) {
      const left = this.of(this.scene);
      left.forEach((uuid) => this.add(uuid, -1));
      if (releases) {
        new Set(left).forEach((uuid) => this.free(uuid));
      }
    }
    this.scene = scene;
  }

  free(uuid) {
    if (!this.cached.has(uuid) || this.countFromOutside(uuid) > 0) {
      return;
    }
    this.cached.delete(uuid);
    for (const referred of this.of(uuid)) {
      if (this.cached.has(referred)) {
        this.add(referred, -1);
        this.free(referred);
      }
    }
  }

  /** References that do not come from a circle through the asset itself. */
  countFromOutside(uuid) {
    const own = this.counts.get(uuid) || 0;
    if (own <= 0) {
      return 0;
    }
    const rest = new Map([[uuid, own]]);
    this.descend(uuid, rest, new Set(), -1);
    if (rest.get(uuid) === 0) {
      for (const [other, count] of [...rest]) {
        if (count !== 0) {
          this.descend(other, rest, new Set(), 1);
        }
      }
    }
    return rest.get(uuid);
  }

  descend(uuid, rest, done, step) {
    done.add(uuid);
    for (const referred of this.of(uuid)) {
      if (!this.cached.has(referred)) {
        continue;
      }
      const count = rest.has(referred) ? rest.get(referred) : this.counts.get(referred);
      rest.set(referred, (count || 0) + step);
      if (!done.has(referred)) {
        this.descend(referred, rest, done, step);
      }
    }
  }
}

/**
 * What must be alive, from sets: the running scene's textures, and those of each scene
 * that was left without release. Such a texture becomes unsure once a scene that has it too is
 * left with release: it goes if that scene referred to all that holds it (one sprite
 * frame, say), and stays if the first scene held it by something of its own.
 */
export class KeptSets {
  constructor() {
    this.kept = new Map(); // uuid -> 'sure' | 'unsure'
    this.current = new Set();
  }

  /** `textures`: of the new scene; `releases`: whether the scene left frees its own. */
  change(textures, releases) {
    for (const uuid of this.current) {
      if (!releases) {
        this.kept.set(uuid, 'sure');
      } else if (this.kept.has(uuid)) {
        this.kept.set(uuid, 'unsure');
      }
    }
    this.current = textures;
  }

  /** Settles what was unsure: `has` tells whether a texture is still there. */
  settle(has) {
    const settled = { stayed: [], went: [] };
    for (const [uuid, state] of this.kept) {
      if (state !== 'unsure') {
        continue;
      }
      const stays = has(uuid);
      if (!this.current.has(uuid)) {
        settled[stays ? 'stayed' : 'went'].push(uuid);
      }
      if (!stays) {
        this.kept.delete(uuid);
      }
    }
    return settled;
  }

  alive() {
    return new Set([...this.current, ...this.kept.keys()]);
  }
}
