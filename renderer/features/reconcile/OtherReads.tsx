import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OtherRead, PeerReview, PeerReviewRequest } from '../../../electron/shared/peer-review.ts';
import type { Read } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { when } from '../../ui/words.ts';

interface Choice extends Pick<PeerReviewRequest, 'score' | 'significance'> {
  readonly words: string;
}

const CHOICES: readonly Choice[] = [
  { score: 1, significance: null, words: 'No discrepancy' },
  { score: 2, significance: 'unlikely', words: 'Understandable miss, unlikely to matter' },
  { score: 2, significance: 'likely', words: 'Understandable miss, likely to matter' },
  { score: 3, significance: 'unlikely', words: 'Should mostly be seen, unlikely to matter' },
  { score: 3, significance: 'likely', words: 'Should mostly be seen, likely to matter' },
];

function wordsOf({ score, significance }: Pick<PeerReview, 'score' | 'significance'>): string {
  return CHOICES.find((one) => one.score === score && one.significance === significance)?.words ?? '';
}

interface OtherReadsProps {
  readonly read: Read;
}

/** Reads of others of this study, each made blind to this one, and what this reader says of them. */
export function OtherReads({ read }: OtherReadsProps) {
  const uid = read.studyInstanceUID;
  const queries = useQueryClient();
  const key = ['other-reads', uid, read.readerId];
  const { data } = useQuery({ queryKey: key, queryFn: () => api.otherReads(uid) });
  const review = useMutation({
    mutationFn: ({ readId, request }: { readId: string; request: PeerReviewRequest }) =>
      api.reviewRead(uid, readId, request),
    onSuccess: (changed) => queries.setQueryData(key, changed),
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <section className="panel__section" aria-label="Reads of others">
      <h3>Reads of others</h3>
      {review.isError ? <ErrorNotice what="Your review was not recorded." error={review.error} /> : null}
      <ul className="other-reads">
        {data.map((other) => (
          <Other
            key={other.read.id}
            mine={read}
            other={other}
            saving={review.isPending}
            onReview={(request) => review.mutate({ readId: other.read.id, request })}
          />
        ))}
      </ul>
    </section>
  );
}

interface OtherProps {
  readonly mine: Read;
  readonly other: OtherRead;
  readonly saving: boolean;
  readonly onReview: (request: PeerReviewRequest) => void;
}

function Other({ mine, other, saving, onReview }: OtherProps) {
  const [open, setOpen] = useState(false);
  const { read, pairs, review } = other;
  const labelOf = (of: Read, id: string | null): string | undefined =>
    of.content.findings.find((finding) => finding.id === id)?.label;
  return (
    <li>
      <p>
        <strong>{read.readerName}</strong>{' '}
        <span className="quiet">committed {when(read.committedAt ?? read.updatedAt)}</span>
      </p>
      <ul>
        {pairs.length === 0 ? <li>Neither of you marked a finding.</li> : null}
        {pairs.map(({ mine: ours, theirs }) => (
          <li
            key={`${ours} ${theirs}`}
            data-pair={ours === null ? 'theirs' : theirs === null ? 'mine' : 'both'}
          >
            <span className="item__kind">
              {ours === null ? 'they only' : theirs === null ? 'you only' : 'both'}
            </span>{' '}
            {labelOf(mine, ours) ?? labelOf(read, theirs)}
          </li>
        ))}
      </ul>
      <p className="impression">
        {read.content.impression === '' ? 'No abnormal finding.' : read.content.impression}
      </p>
      {review === null ? null : (
        <p className="quiet">
          Your review: {wordsOf(review)}
          {review.comment === '' ? '' : ` · ${review.comment}`}
        </p>
      )}
      {open ? (
        <ReviewForm
          id={read.id}
          saving={saving}
          onCancel={() => setOpen(false)}
          onRecord={(request) => {
            onReview(request);
            setOpen(false);
          }}
        />
      ) : (
        <div className="assess__acts">
          <Button onClick={() => setOpen(true)}>
            {review === null ? 'Review this read …' : 'Review again …'}
          </Button>
        </div>
      )}
    </li>
  );
}

interface ReviewFormProps {
  readonly id: string;
  readonly saving: boolean;
  readonly onCancel: () => void;
  readonly onRecord: (request: PeerReviewRequest) => void;
}

function ReviewForm({ id, saving, onCancel, onRecord }: ReviewFormProps) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [comment, setComment] = useState('');
  return (
    <form
      className="assess"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice !== null) onRecord({ score: choice.score, significance: choice.significance, comment });
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onCancel();
      }}
    >
      <fieldset>
        <legend>Their read beside the images, as you see them now</legend>
        {CHOICES.map((one) => (
          <label key={one.words} className="check">
            <input
              type="radio"
              name={`review ${id}`}
              checked={choice === one}
              autoFocus={one === CHOICES[0]}
              onChange={() => setChoice(one)}
            />
            {one.words}
          </label>
        ))}
      </fieldset>
      <Field label="Comment (optional)">
        <textarea
          className="input"
          rows={2}
          value={comment}
          maxLength={4000}
          onChange={(event) => setComment(event.target.value)}
        />
      </Field>
      <p className="quiet">It is about this read, not about its reader; no list of readers is made of it.</p>
      <div className="assess__acts">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={choice === null || saving}>
          Record
        </Button>
      </div>
    </form>
  );
}
