/** Replaced by the build with the version of package.json. */
declare const FENCELINE_VERSION: string;

export const VERSION = FENCELINE_VERSION;
