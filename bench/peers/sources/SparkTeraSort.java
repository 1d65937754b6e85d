package bench;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FixedLengthInputFormat;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Sorts 100-byte records by their first 10 bytes: OUTPUT REDUCERS INPUT... */
public final class SparkTeraSort {
  private static final int RECORD = 100;

  public static void main(String[] args) {
    String inputs = String.join(",", Arrays.asList(args).subList(2, args.length));
    Configuration configuration = new Configuration();
    FixedLengthInputFormat.setRecordLength(configuration, RECORD);
    configuration.set("mapreduce.input.fileinputformat.inputdir", inputs);
    SparkConf spark =
        new SparkConf().setAppName("tera sort").registerKryoClasses(new Class<?>[] {Key.class});
    try (JavaSparkContext context = new JavaSparkContext(spark)) {
      context
          .newAPIHadoopRDD(
              configuration, FixedLengthInputFormat.class, LongWritable.class, BytesWritable.class)
          .mapToPair(
              pair -> {
                byte[] record = pair._2().copyBytes();
                return new Tuple2<>(new Key(record), record);
              })
          .sortByKey(true, Integer.parseInt(args[1]))
          .mapToPair(pair -> new Tuple2<>(NullWritable.get(), pair._2()))
          .saveAsNewAPIHadoopFile(args[0], NullWritable.class, byte[].class, Records.class);
    }
  }

  /** The 10 bytes as two numbers, which compare faster. */
  public static final class Key implements Comparable<Key>, Serializable {
    private final long high;
    private final int low;

    Key(byte[] record) {
      long first = 0;
      for (int i = 0; i < 8; i++) first = first << 8 | record[i] & 0xff;
      high = first;
      low = (record[8] & 0xff) << 8 | record[9] & 0xff;
    }

    @Override
    public int compareTo(Key other) {
      int order = Long.compareUnsigned(high, other.high);
      return order != 0 ? order : Integer.compare(low, other.low);
    }
  }

  /** Writes records one after the other. */
  public static final class Records extends FileOutputFormat<NullWritable, byte[]> {
    @Override
    public RecordWriter<NullWritable, byte[]> getRecordWriter(TaskAttemptContext context)
        throws java.io.IOException {
      Path path = getDefaultWorkFile(context, "");
      FSDataOutputStream output = path.getFileSystem(context.getConfiguration()).create(path);
      return new RecordWriter<>() {
        @Override
        public void write(NullWritable key, byte[] record) throws java.io.IOException {
          output.write(record);
        }

        @Override
        public void close(TaskAttemptContext closing) throws java.io.IOException {
          output.close();
        }
      };
    }
  }
}
