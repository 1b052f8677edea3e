# ---- Move the tasks ----------------------------------------------------------------------------------------------

begin old
forward_only
require_new
[ -n "$new" ] || stop 'the new instance does not exist: run 1-prepare.sh, or back.sh if tasks were stopped'
wait_for_new

say 'Prove that the new instance is private'
prove_private
if [ ! -e "$state/approved" ]; then
  say 'Compare everything with the plan, and test every endpoint again'
  check_facts
  prove_equal
  each_endpoint test_endpoint
  say 'Save the tasks and their table statistics'
  each_task save_before
  keep approved yes
fi

say 'Move the tasks, one by one'
to=$new to_json="\"$new\"" from=$old may_leave=yes must_reach=yes
forward() {
  say "- $3"
  transfer "$@"
}
each_task forward

say 'Save the table statistics'
each_task save_after
say "Every task is on $new in its former state. Compare the statistics in $state, and watch for as long as you need."
say 'Next: 3-delete.sh. The way back: back.sh'
