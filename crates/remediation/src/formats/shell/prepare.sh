# ---- Create, prove, test -----------------------------------------------------------------------------------------

begin new
forward_only
[ ! -e "$state/approved" ] || stop 'the tasks are being moved: go on with 2-move.sh, or run back.sh'

say 'Compare the old instance and its tasks with the plan'
check_facts

say "Create $name"
require_new
if [ -z "$new" ]; then
  first=''
  if [ ! -e "$state/created" ]; then
    keep created yes
    first=yes
  fi
  if ! create; then
    read_fault CreateReplicationInstance
    case $first$fault in
    yesInternalFault) ;;
    # These mean that DMS did nothing, and no creation was requested before.
    yes*Fault | yesAccessDeniedException | yesThrottlingException | yesExpiredTokenException | yesUnrecognizedClientException)
      rm "$state/created" || stop "$state cannot be written"
      ;;
    esac
    stop 'the new instance was not created, or not yet, and nothing else was touched: mend the cause and run the script again'
  fi
fi
wait_for_new

say 'Prove that it is private and as planned'
prove_private
prove_equal

say 'Test every endpoint from it'
each_endpoint test_endpoint

say "$new is ready. The old instance and its tasks are untouched."
say "Next: $next. The way back: back.sh"
