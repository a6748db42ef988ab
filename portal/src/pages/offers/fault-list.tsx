/** What is wrong with the package, each with its place; choosing one goes there. */
import { Text, UnstyledButton } from "@mantine/core";
import { AlertCircle, AlertTriangle, CheckCircle2 } from "lucide-react";
import { Section } from "../../parts/page.tsx";
import { Problem, sentence } from "../../parts/states.tsx";
import { faultsWords, PACKAGE } from "../../words/offer.ts";
import { type Files, hasPackage } from "./draft.ts";
import classes from "./fault-list.module.css";
import type { PackageFault, Validation } from "./validation.ts";

interface Props {
  readonly files: Files;
  readonly validation: Validation;
  readonly goTo: (fault: PackageFault) => void;
}

export function FaultList({ files, validation, goTo }: Props) {
  const { faults, warnings, error } = validation;
  return (
    <Section title={PACKAGE.checked}>
      {error === null ? (
        <Text role="status" className={classes.status}>
          {faults.length === 0 && validation.form !== null ? (
            <CheckCircle2 size={18} aria-hidden="true" className={classes.good} />
          ) : faults.length > 0 ? (
            <AlertCircle size={18} aria-hidden="true" className={classes.bad} />
          ) : null}
          {statusWords(files, validation)}
        </Text>
      ) : (
        <Problem error={error} />
      )}
      {faults.length + warnings.length === 0 ? null : (
        <ul className={classes.faults}>
          {faults.map((fault) => (
            <Fault key={`${placeOf(fault)} ${fault.code}`} fault={fault} goTo={goTo} />
          ))}
          {warnings.map((fault) => (
            <Fault key={`${placeOf(fault)} ${fault.code}`} fault={fault} goTo={goTo} isWarning />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface FaultProps {
  readonly fault: PackageFault;
  readonly goTo: (fault: PackageFault) => void;
  readonly isWarning?: boolean;
}

function Fault({ fault, goTo, isWarning = false }: FaultProps) {
  return (
    <li>
      <UnstyledButton className={classes.fault} onClick={() => goTo(fault)}>
        {isWarning ? (
          <>
            <AlertTriangle size={14} aria-hidden="true" /> {PACKAGE.warning}{" "}
          </>
        ) : null}
        <span className={classes.place}>{placeOf(fault)}</span> {sentence(fault.message)}
      </UnstyledButton>
    </li>
  );
}

function placeOf({ file, line, column }: PackageFault): string {
  return `${file}:${line}:${column}`;
}

function statusWords(files: Files, { faults, warnings, checking, form }: Validation): string {
  if (!hasPackage(files)) return PACKAGE.none;
  if (files.createUiDefinition.trim() === "") return PACKAGE.noForm;
  if (checking && form === null && faults.length === 0) return PACKAGE.checking;
  if (faults.length === 0 && warnings.length > 0) return PACKAGE.works;
  return faults.length === 0 ? PACKAGE.right : faultsWords(faults.length);
}
