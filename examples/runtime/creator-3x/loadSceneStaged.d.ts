// SPDX-License-Identifier: Apache-2.0
export class LoadCancelled extends Error {
  constructor(name: string);
}

export interface StagedProgress {
  part: number;
  stage: number;
  stages: number;
}

export function loadSceneStaged(
  name: string,
  options?: { plan?: object; onProgress?: (progress: StagedProgress) => void },
): Promise<void> & { cancel(): void };
