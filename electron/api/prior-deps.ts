import type { LesionLinkRequest, LesionTrack, OpenPrior, Prior } from '../shared/priors.ts';

/** The patient's other studies, and lesions over time. What a reader may see before the commit the services decide. */
export interface PriorService {
  list(studyInstanceUID: string, readerId: string): Prior[];
  /** Throws `Refused('prior-unknown')`; audited. */
  open(studyInstanceUID: string, priorUID: string, readerId: string): OpenPrior;
  lesions(studyInstanceUID: string, readerId: string): LesionTrack[];
  /** Throws `Refused('prior-unknown' | 'finding-unknown' | 'read-unknown')`; audited. */
  link(studyInstanceUID: string, readerId: string, request: LesionLinkRequest): LesionTrack[];
}
