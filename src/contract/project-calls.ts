import { type Infer, nullable, object, text } from '../model/validate.ts';
import { idSchema, nameSchema, type ProjectDocument, projectSchema } from './document.ts';

/** What a window and its host say to each other about songs: one file each, in the host's keeping. */

/** Which state of a file a window has seen; null: none, the song is not on disk yet. */
const revisionSchema = nullable(text(80, /^[0-9a-f-]+$/));
export type Revision = Infer<typeof revisionSchema>;

export const oneSong = object({ id: idSchema });
/** `by` names the window that makes the change, so that it does not take it for another's. */
export const changeSong = object({ id: idSchema, by: idSchema });
export const renameSong = object({ id: idSchema, by: idSchema, name: nameSchema });
export const saveSong = object({ project: projectSchema, revision: revisionSchema, by: idSchema });

export interface OpenProject {
  project: ProjectDocument;
  revision: Revision;
}

export interface ProjectEntry {
  id: string;
  name: string;
  savedAt: string;
  clips: number;
  /** Why it cannot be opened, in plain words; null when it can. */
  trouble: string | null;
}

export interface DeletedProject {
  id: string;
  name: string;
  clips: number;
  deletedAt: string;
  /** When it goes for good. */
  keptUntil: string;
}

/** Refused when the file is not the one that the window has seen: another window saved, or the song was deleted. */
export type SaveAnswer =
  | { saved: true; savedAt: string; revision: Revision }
  | { saved: false; other: ProjectEntry | null };

/** A song was saved, renamed or deleted (`revision` null) by the window `by`. */
export interface ProjectChange {
  id: string;
  revision: Revision;
  by: string;
}
