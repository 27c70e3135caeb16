# SPDX-License-Identifier: MIT
# differs: python3 has no doctor
# mini doctor: the form of its report, and trouble that is there because this test makes it.
cd "$TMPDIR" || exit
$MINI doctor >report 2>err
echo "status is 0 or 1: $(($? <= 1))"
cat err
grep -c '^Mini:$' report
grep -c 'looked at: ' report
awk 'length > 80 { print "too long: " $0 }' report
$MINI doctor --format=json >report.json
status=$?
cat >check.py <<'END'
import json, sys
report = json.load(open("report.json"))
findings = report["findings"]
print(sorted(report), sorted(findings[0]))
judgements = {f["judgement"] for f in findings}
print(judgements <= {"ok", "note", "trouble"}, report["verdict"] in judgements)
print((report["verdict"] == "trouble") == (sys.argv[1] == "1"))
print([f["name"] for f in findings if f["judgement"] != "ok" and not f["advice"]])
print([f["name"] for f in findings if f["judgement"] == "ok" and f["advice"]])
names = [(f["group"], f["name"]) for f in findings]
print(len(set(names)) == len(names))
for wanted in ("version", "build", "GMP", "PCRE2", "processors", "descriptors", "processes",
               "/dev/shm", "clock source", "perf_event_paranoid", "waking a thread", "locale"):
    if not any(f["name"] == wanted for f in findings):
        print("missing:", wanted)
END
$MINI check.py "$status"

# Few descriptors: trouble, and status 1.
(ulimit -S -n 100 && $MINI doctor --format json) >report.json
echo "status $?"
$MINI -c 'import json
for f in json.load(open("report.json"))["findings"]:
    if f["name"] == "descriptors":
        print(f["judgement"], f["advice"])'

# Nothing in the folder or the environment gets in its way.
echo 'raise SystemExit("the wrong module")' | tee json.py _doctor.py >_doctor_checks.py
MINIWARNINGS=error $MINI doctor | sed -n 's/^  note *variables *\(MINIWARNINGS\).*/\1/p'
$MINI -I doctor | head -n 1
