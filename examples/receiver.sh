#!/bin/sh
# A receiver around OpenSSL: exit 0 accepts the submission in the folder $1, exit 1 rejects it.
folder=$1 work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
entry() { sed -n "s/^  \"$1\": \"\([^\"]*\)\".*/\1/p" "$folder/submission.json"; }
reject() { echo "{\"outcome\": \"rejected\", \"reasons\": [{\"clause\": \"$1\"}]}"; exit 1; }

# 4.8(a): the signature holds over the file as it came, and the certificate is good and an ARO's.
signature=$(entry signature) sent=$(date -u -d "$(entry sent_at)" +%s) || exit 2
container=$folder/${signature:-$(entry file)}
[ -z "$signature" ] || content="-content $folder/$(entry file)"
if grep -q '^-----BEGIN' "$container"; then form=PEM; else form=DER; fi
cat "$TADP_ANCHORS" "$TADP_CRLS" > "$work/trust.pem" || exit 2
# shellcheck disable=SC2086 - two words, or none
openssl cms -verify -binary -purpose any -inform $form -in "$container" ${content-} -crl_check_all \
  -use_deltas -CAfile "$work/trust.pem" -attime "$sent" -signer "$work/signer.pem" -out "$work/file" \
  2>/dev/null || reject '4.8(a)'
[ "$(grep -c BEGIN "$work/signer.pem")" = 1 ] || reject '4.8(a)'
uses=keyUsage,basicConstraints,extendedKeyUsage
openssl x509 -in "$work/signer.pem" -noout -ext $uses > "$work/usage"
grep -q 'Digital Signature' "$work/usage" || reject '4.8(a)'
! grep -qE 'CA:TRUE|Extended' "$work/usage" || reject '4.8(a)'
digest=$(openssl x509 -in "$work/signer.pem" -outform DER | openssl dgst -sha256 -r | cut -c-64)
grep -q "\"certificate_sha256\": \"$digest\"" "$folder/submission.json" || reject '4.8(a)'

# 4.8(b): every record is exactly what the profile says, byte for byte.
id='([0-9A-F]{2}-){7}[0-9A-F]{2}' srv='[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?'
number='(0|[1-9][0-9]{0,8})' time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z'
record="$id,(IS|ES|GS|ED|GT|RSA|OU),($srv)?,[1-9][0-9]{0,2},$number?,$number"
[ "$(entry kind)" = adt ] ||
  record="$id:$id:[0-9]{1,20},$srv,[0-9]{1,20},$time,AD[A-Za-z]*(Breach|Breaches),(Release|Delete)"
[ -s "$work/file" ] && ! LC_ALL=C grep -qavxE "$record" "$work/file" || reject '4.8(b)'
