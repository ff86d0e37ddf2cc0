import type { NoteService, ReportService } from '../../api/report-deps.ts';
import { exportSignedReport } from '../../services/export-signed-report.ts';
import { addNote, clinicalNotes, type NoteParts, removeNote } from '../../services/clinical-notes.ts';
import { pasteMessages } from '../../services/context-messages.ts';
import type { ReportParts } from '../../services/report-parts.ts';
import {
  addReportAddendum,
  beginReport,
  saveReport,
  signReport,
  viewReport,
} from '../../services/write-report.ts';

export function reportService(parts: ReportParts, build: string): ReportService {
  return {
    view: (study, readerId) => viewReport(parts, study, readerId),
    begin: (study, readerId, templateId) => beginReport(parts, study, readerId, templateId),
    save: (study, readerId, request) => saveReport(parts, study, readerId, request),
    sign: (study, readerId, request) => signReport(parts, study, readerId, request),
    addAddendum: (study, readerId, text, id) => addReportAddendum(parts, study, readerId, text, id),
    pdf: (study, readerId, kind) =>
      exportSignedReport(parts, { studyInstanceUID: study, readerId, kind, build }),
  };
}

export function noteService(parts: NoteParts): NoteService {
  return {
    list: (study, readerId) => clinicalNotes(parts, study, readerId),
    add: (study, readerId, note) => addNote(parts, study, readerId, note),
    addMessages: (study, readerId, messages) => pasteMessages(parts, study, readerId, messages),
    remove: (study, readerId, noteId) => removeNote(parts, study, readerId, noteId),
  };
}
