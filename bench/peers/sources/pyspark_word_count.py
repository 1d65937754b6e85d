"""Word count for PySpark: pyspark_word_count.py OUTPUT REDUCERS INPUT..."""

import re
import sys
from operator import add

from pyspark import SparkContext

WORD = re.compile(r"[^\W\d_]+")

output, reducers, inputs = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
context = SparkContext(appName="word count")
(
    context.textFile(",".join(inputs))
    .flatMap(WORD.findall)
    .map(lambda word: (word, 1))
    .reduceByKey(add, reducers)
    .map(lambda pair: f"{pair[0]}\t{pair[1]}")
    .saveAsTextFile(output)
)
context.stop()
