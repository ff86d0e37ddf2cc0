import type { PriorService } from '../../api/prior-deps.ts';
import { linkLesion } from '../../services/link-lesion.ts';
import { listPriors } from '../../services/list-priors.ts';
import { openPrior } from '../../services/open-prior.ts';
import type { ReadingParts } from '../../services/reading-parts.ts';
import { responseCsv } from '../../services/export-response.ts';
import { stateResponse } from '../../services/state-response.ts';
import { viewResponse } from '../../services/response-view.ts';
import { trackLesions } from '../../services/track-lesions.ts';

export function priorService(parts: ReadingParts): PriorService {
  return {
    list: (study, readerId) => listPriors(parts, study, readerId),
    open: (study, prior, readerId) => openPrior(parts, study, prior, readerId),
    lesions: (study, readerId) => trackLesions(parts, study, readerId),
    link: (study, readerId, request) => linkLesion(parts, study, readerId, request),
    response: (study, readerId) => viewResponse(parts, study, readerId),
    state: (study, readerId, request) => stateResponse(parts, study, readerId, request),
    responseCsv: (study, readerId) => responseCsv(parts, study, readerId),
  };
}
