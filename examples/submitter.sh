#!/bin/sh
# A submitter around OpenSSL: writes the file that the task asks for, signed, into the folder $1.
set -e
folder=$1
cd "$TADP_INPUTS"
if [ -e report.csv ]; then
  # Every quarantined communication, with its action in the last field.
  awk -F, -v OFS=, 'NR == FNR { action[$1] = $2; next } { $NF = action[$1]; print }' \
    actions.csv report.csv > "$folder/qcaf.csv"
  file=$folder/qcaf.csv
else
  tr '\t' ',' < thresholds.tsv > "$folder/adt.csv"
  file=$folder/adt.csv
fi
openssl cms -sign -binary -md sha256 -signer certificate.pem -inkey key.pem -certfile chain.pem \
  -outform DER -in "$file" -out "$file.p7s"
