import {
  type LesionLinkRequest,
  type LesionTrack,
  lesionTracksSchema,
  type OpenPrior,
  openPriorSchema,
  type Priors,
  priorsSchema,
} from '../../electron/shared/priors.ts';
import {
  type ResponseRequest,
  type ResponseView,
  responseViewSchema,
} from '../../electron/shared/response.ts';
import { studyAddress } from './addresses.ts';
import { json, request } from './request.ts';

/** Earlier studies of the patient: priors, lesions over time, response. */
export const priorApi = {
  priors: (uid: string): Promise<Priors> => request(priorsSchema, `${studyAddress(uid)}/priors`),
  /** As blind as the study beside which it is opened; audited. */
  openPrior: (uid: string, prior: string): Promise<OpenPrior> =>
    request(openPriorSchema, `${studyAddress(uid)}/priors/${encodeURIComponent(prior)}`, json('POST', {})),
  lesions: (uid: string): Promise<LesionTrack[]> =>
    request(lesionTracksSchema, `${studyAddress(uid)}/lesions`),
  linkLesion: (uid: string, link: LesionLinkRequest): Promise<LesionTrack[]> =>
    request(lesionTracksSchema, `${studyAddress(uid)}/lesions`, json('POST', link)),
  response: (uid: string): Promise<ResponseView> =>
    request(responseViewSchema, `${studyAddress(uid)}/response`),
  stateResponse: (uid: string, said: ResponseRequest): Promise<ResponseView> =>
    request(responseViewSchema, `${studyAddress(uid)}/response`, json('POST', said)),
} as const;
