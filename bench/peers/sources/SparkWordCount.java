package bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Word count: OUTPUT REDUCERS INPUT... */
public final class SparkWordCount {
  public static void main(String[] args) {
    String inputs = String.join(",", Arrays.asList(args).subList(2, args.length));
    try (JavaSparkContext context = new JavaSparkContext(new SparkConf().setAppName("word count"))) {
      context
          .textFile(inputs)
          .flatMap(SparkWordCount::words)
          .mapToPair(word -> new Tuple2<>(word, 1L))
          .reduceByKey(Long::sum, Integer.parseInt(args[1]))
          .map(pair -> pair._1() + "\t" + pair._2())
          .saveAsTextFile(args[0]);
    }
  }

  private static Iterator<String> words(String line) {
    List<String> words = new ArrayList<>();
    int length = line.length();
    for (int end = 0; end < length; end++) {
      int start = end;
      while (end < length && Character.isLetter(line.charAt(end))) end++;
      if (end > start) words.add(line.substring(start, end));
    }
    return words.iterator();
  }
}
