import { failure } from '../../model/failures.ts';

/** The failure of builder:plan for a source that buildpacks build. */
export function plansNothing(): Error {
  return failure('E_INPUT', 'The app is built by buildpacks, which decide only while they build', {
    hint: 'see what would be built without them: slipway builder:set APP selected detect',
  });
}
