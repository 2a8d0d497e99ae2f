/** A template in Heat's own format (HOT), as the object that the API takes. */
export type Template = Readonly<Record<string, unknown>>;

/** The templates and texts that a template refers to, by name. */
export type Files = Readonly<Record<string, Template | string>>;

/** The parts of a stack's definition beside template and parameters. */
export interface StackDetails {
  readonly files?: Files | undefined;
  readonly tags?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Names of files that are environments, the last of which wins; the usual way of a client. */
  readonly environmentFiles?: readonly string[];
  /** A creation that fails is rolled back. Default: it is not. */
  readonly rollback?: true;
}

function tagsOf(tags: readonly string[]): { readonly tags?: string } {
  return tags.length === 0 ? {} : { tags: tags.join(',') };
}

export function detailsOf({
  files = {},
  tags = [],
  environment,
  environmentFiles,
  rollback,
}: StackDetails): object {
  return {
    ...(rollback === undefined ? {} : { disable_rollback: false }),
    ...detailFiles(files),
    ...tagsOf(tags),
    ...(environment === undefined ? {} : { environment }),
    ...(environmentFiles === undefined ? {} : { environment_files: environmentFiles }),
  };
}

export function detailFiles(files: Files): { readonly files?: Readonly<Record<string, string>> } {
  const texts = Object.entries(files).map(([file, one]) => [
    file,
    typeof one === 'string' ? one : JSON.stringify(one),
  ]);
  return texts.length === 0 ? {} : { files: Object.fromEntries(texts) };
}
