// Faults for terraform-check.mjs --self-test: what is broken in which file of rule-templates, and the words that must
// tell of it (in the file `at`, if that is another).
export const seededFaults = [
];
