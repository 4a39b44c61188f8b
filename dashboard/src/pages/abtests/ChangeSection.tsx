import { useState } from "react";
import type { AbTestDetail } from "@/api/shapes";
import { Confirmed } from "@/forms/Confirmed";
import { Fault } from "@/forms/Fault";
import { Field } from "@/forms/Field";
import { useAbTestsWords } from "@/i18n/abtests";
import { useDefault, useStop } from "@/pages/abtests/changes";

/** Choosing a test's pair as the market's default, and stopping it. */
export function ChangeSection({ test }: { test: AbTestDetail }) {
  return (
    <div className="grid gap-4 border-t border-line pt-4">
      <Default test={test} />
      <Stop test={test} />
    </div>
  );
}

function Default({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const change = useDefault(test.test_id);
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="max-w-prose text-soft">{test.is_default ? words.defaultNow : words.defaultHelp}</p>
        <button type="button" className="control" aria-disabled={change.isPending} onClick={() => change.mutate(!test.is_default)}>
          {test.is_default ? words.endDefault : words.makeDefault}
        </button>
      </div>
      {change.error && <Fault error={change.error} />}
    </div>
  );
}

function Stop({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const change = useStop(test.test_id);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<string>();
  const stop = () => {
    setFault(reason.trim() === "" ? words.missing : undefined);
    if (reason.trim() !== "" && !change.isPending) change.mutate(reason.trim());
  };
  return (
    <div className="grid gap-2">
      <Field
        name="reason"
        label={words.stopReason}
        help={words.stopReasonHelp}
        maxLength={120}
        autoComplete="off"
        value={reason}
        fault={fault}
        onChange={(event) => setReason(event.target.value)}
      />
      <p>
        <Confirmed action={words.stop} title={words.stopOf(test.name)} onConfirm={stop}>
          {words.stopHelp}
        </Confirmed>
      </p>
      {change.error && <Fault error={change.error} />}
    </div>
  );
}
