import type { TrainingFeedback } from '../../../electron/shared/training.ts';
import type { Mark } from '../../viewer/marks.ts';

/** The reader's last marks, the AI's places and the truth. */
export function toldMarks({ lesions, ai, final, scale }: TrainingFeedback): Mark[] {
  // Drawn one over the other: the solid line first, so that the gaps of the others show what lies beneath.
  return [
    ...final.marks.map(
      ({ image, frame, box, rating }, at): Mark => ({
        id: `you ${at}`,
        at: { sopInstanceUID: image, frame },
        shape: 'rectangle',
        box,
        tone: 'reader',
        label: `you ${at + 1}, rated ${rating} of ${scale.max}`,
        labelBelow: 2,
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
    ...(lesions ?? []).map(
      ({ id, image, frame, box }): Mark => ({
        id: `truth ${id}`,
        at: { sopInstanceUID: image, frame },
        shape: 'rectangle',
        box,
        tone: 'truth',
        label: `truth: ${id}`,
        labelBelow: 1,
        movable: false,
      }),
    ),
  ];
}
