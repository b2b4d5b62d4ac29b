#!/usr/bin/env bash
# The user guide's examples for a Multi-Region Access Point and a failover, with the AWS CLI (AWS=... names another one). Against AWS it
# runs as it is; HTTPS_PROXY and AWS_CA_BUNDLE or the DNS door lead it to the emulator.
set -uo pipefail
export AWS_PAGER=
name=${NAME:-cli} aws=${AWS:-aws} failed=0
account=111122223333
arn=arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap
paid=arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap
cd "$(mktemp -d)" || exit 1

# Runs one step and prints its result: `ok <client> <Operation> - <what>`.
check() { # operation, what, function or command
  local said
  if said=$("${@:3}" 2>&1); then
    echo "ok $name $1 - $2"
  else
    failed=1
    echo "not ok $name $1 - $2: ${said//$'\n'/ | }"
  fi
}
is() { [ "$1" = "$2" ] || { echo "expected $2, got $1"; return 1; }; }
refused() { # code, command
  local said
  if said=$("${@:2}" 2>&1); then echo "expected $1, got a success"; return 1; fi
  [[ $said == *"($1)"* ]] || { echo "expected $1, got $said"; return 1; }
}

routes() {
  is "$($aws s3control get-multi-region-access-point-routes --region us-east-1 --account-id $account --mrap $arn \
    --query 'Routes[].[Region,TrafficDialPercentage]' --output text | tr '\t\n' '= ')" \
    'ca-central-1=100 eu-west-1=100 ap-southeast-2=100 '
}
submit() { # Region=dial ...
  local updates=()
  for dial in "$@"; do updates+=("Region=${dial%=*},TrafficDialPercentage=${dial#*=}"); done
  $aws s3control submit-multi-region-access-point-routes --region ap-southeast-2 --account-id $account --mrap $arn \
    --route-updates "${updates[@]}"
}
put() { printf %s "$2" >body && $aws s3api put-object --bucket $arn --key "$1" --body body; }
get() { # key [bucket [options]]
  $aws s3api get-object --bucket "${2:-$arn}" --key "$1" "${@:3}" got >/dev/null && cat got
}
keys() { is "$($aws s3api list-objects-v2 --bucket $arn --query 'Contents[].Key' --output text)" example.txt; }
retrieved() { is "$(get example.txt)" 'Hello S3!'; }
presigned() {
  is "$(curl --silent --show-error ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"} "$($aws s3 presign "s3://$arn/example.txt")")" 'Hello S3!'
}
pays() {
  export AWS_ACCESS_KEY_ID=444455556666
  refused AccessDenied get example-file-in-bucket.txt $paid &&
    is "$(get example-file-in-bucket.txt $paid --request-payer requester)" 'paid by the reader'
}
landed() { put after.txt 'from eu-west-1' && is "$(get after.txt doc-example-bucket2 --region eu-west-1)" 'from eu-west-1'; }
failback() { submit ca-central-1=100 eu-west-1=0 && retrieved; }

check GetMultiRegionAccessPointRoutes 'view the routing configuration' routes
check SubmitMultiRegionAccessPointRoutes 'a dial of 10 is refused' refused InvalidRequest submit ap-southeast-2=10
check PutObject 'add an object' put example.txt 'Hello S3!'
check GetObject 'retrieve it' retrieved
check ListObjectsV2 'list objects' keys
check GetObject 'presign: a presigned GET' presigned
check GetObject 'Requester Pays' pays
# Closes the Region that requests from us-east-1 go to: what is written then stands in the bucket of another one.
check SubmitMultiRegionAccessPointRoutes 'failover: ca-central-1 and ap-southeast-2 to passive' \
  submit ca-central-1=0 ap-southeast-2=0 eu-west-1=100
check GetObject 'failover: what was written before is not there' refused NoSuchKey get example.txt
check PutObject 'failover: writes land in eu-west-1' landed
check SubmitMultiRegionAccessPointRoutes 'failback' failback
exit $failed
