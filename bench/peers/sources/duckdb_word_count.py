"""Word count in SQL: duckdb_word_count.py OUTPUT INPUT..."""

import os
import sys

import duckdb

output, inputs = sys.argv[1], sys.argv[2:]
os.mkdir(output)
connection = duckdb.connect(config={"threads": 2})
# A line is one column: no byte of the text delimits, quotes or escapes.
connection.execute(
    """
    COPY (
        SELECT word, count(*)
        FROM (
            SELECT unnest(regexp_split_to_array(line, '[^A-Za-z]+')) AS word
            FROM read_csv(
                $inputs, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',
                header = false, strict_mode = false, auto_detect = false
            )
        )
        WHERE word <> ''
        GROUP BY word
    ) TO $output (DELIMITER '\t', HEADER false)
    """,
    {"inputs": inputs, "output": os.path.join(output, "part-00000")},
)
