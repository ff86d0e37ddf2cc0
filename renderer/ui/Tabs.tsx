interface TabsProps<Name extends string> {
  /** What is chosen between, for who cannot see it. */
  readonly label: string;
  /** Id of the panel that the tabs change; it is named by the chosen tab's id, `<panel>-tab-<name>`. */
  readonly panel: string;
  readonly names: Readonly<Record<Name, string>>;
  readonly chosen: Name;
  /** The tab that has the focus when a dialog opens; none unless told. */
  readonly first?: Name | undefined;
  readonly onChoose: (name: Name) => void;
}

/** Tabs over one panel: the arrows go from one to the next, Tab goes into the panel. */
export function Tabs<Name extends string>({ label, panel, names, chosen, first, onChoose }: TabsProps<Name>) {
  const all = Object.keys(names) as Name[];
  const go = (name: Name | undefined): void => {
    if (name === undefined) return;
    onChoose(name);
    document.querySelector<HTMLElement>(`#${panel}-tab-${name}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {all.map((name, at) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${panel}-tab-${name}`}
          aria-selected={name === chosen}
          aria-controls={panel}
          tabIndex={name === chosen ? 0 : -1}
          className="tab"
          data-autofocus={name === first ? true : undefined}
          onClick={() => onChoose(name)}
          onKeyDown={({ key }) => {
            if (key === 'ArrowRight') go(all[(at + 1) % all.length]);
            else if (key === 'ArrowLeft') go(all.at(at - 1));
          }}
        >
          {names[name]}
        </button>
      ))}
    </div>
  );
}
