import * as namespace from 'dicom-parser';

/**
 * dicom-parser is CommonJS: Node gives it as the default export, while its types name the members.
 */
const whole = namespace as typeof namespace & { readonly default?: typeof namespace };

export const dicomParser: typeof namespace = whole.default ?? whole;
