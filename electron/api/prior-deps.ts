import type { ResponseRequest, ResponseView } from '../shared/response.ts';
import type { LesionLinkRequest, LesionTrack, OpenPrior, Prior } from '../shared/priors.ts';

/** The patient's other studies, and lesions over time. What a reader may see before the commit the services decide. */
export interface PriorService {
  list(studyInstanceUID: string, readerId: string): Prior[];
  /** Throws `Refused('prior-unknown')`; audited. */
  open(studyInstanceUID: string, priorUID: string, readerId: string): OpenPrior;
  lesions(studyInstanceUID: string, readerId: string): LesionTrack[];
  /** Throws `Refused('prior-unknown' | 'finding-unknown' | 'read-unknown')`; audited. */
  link(studyInstanceUID: string, readerId: string, request: LesionLinkRequest): LesionTrack[];
  response(studyInstanceUID: string, readerId: string): ResponseView;
  /** Throws `Refused('response-rules' | …)`, see services/state-response; audited. */
  state(studyInstanceUID: string, readerId: string, request: ResponseRequest): ResponseView;
  /** Throws `Refused('read-not-committed' | 'targets-not-chosen')`; audited. */
  responseCsv(studyInstanceUID: string, readerId: string): string;
}
