import type { TrainingFeedback } from '../../../electron/shared/training.ts';
import type { Mark } from '../../viewer/marks.ts';

/** The truth, the AI's places and the reader's last marks, in this order. */
export function toldMarks({ lesions, ai, final, scale }: TrainingFeedback): Mark[] {
  return [
    ...(lesions ?? []).map(
      ({ id, image, frame, box }): Mark => ({
        id: `truth ${id}`,
        at: { sopInstanceUID: image, frame },
        shape: 'rectangle',
        box,
        tone: 'truth',
        label: `truth: ${id}`,
        movable: false,
      }),
    ),
    ...ai.findings.flatMap(({ image, frame, box, words, score }, at): Mark[] =>
      box === null
        ? []
        : [
            {
              id: `ai ${at}`,
              at: { sopInstanceUID: image, frame },
              shape: 'rectangle',
              box,
              tone: 'ai',
              label: `AI ${words} · score ${score.toFixed(2)}`,
              movable: false,
            },
          ],
    ),
    ...final.marks.map(
      ({ image, frame, box, rating }, at): Mark => ({
        id: `you ${at}`,
        at: { sopInstanceUID: image, frame },
        shape: 'rectangle',
        box,
        tone: 'reader',
        label: `you ${at + 1}, rated ${rating} of ${scale.max}`,
        movable: false,
      }),
    ),
  ];
}
