// The user guide's examples for a Multi-Region Access Point and a failover, with the AWS SDK for Go v2. Nothing here knows of the
// emulator: environment variables (or the DNS door) lead the SDK there, and without them the same program runs against AWS.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"
	"github.com/aws/smithy-go"
)

const (
	account = "111122223333"
	arn     = "arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap"
	paidArn = "arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap"
)

var (
	ctx    = context.Background()
	failed = false
)

// check runs one step and prints its result: `ok <client> <Operation> - <what>`.
func check(operation, what string, step func() error) {
	if err := step(); err != nil {
		failed = true
		fmt.Printf("not ok go %s - %s: %s\n", operation, what, strings.ReplaceAll(err.Error(), "\n", " | "))
		return
	}
	fmt.Printf("ok go %s - %s\n", operation, what)
}

func equal[T comparable](got, wanted T) error {
	if got != wanted {
		return fmt.Errorf("expected %v, got %v", wanted, got)
	}
	return nil
}

// refused wants an error of this code.
func refused(code string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == code {
		return nil
	}
	return fmt.Errorf("expected %s, got %v", code, err)
}

func main() {
	cfg, err := settings()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	routes(cfg)
	client := s3.NewFromConfig(cfg)
	objects(client)
	presigned(client)
	requesterPays(cfg)
	failover(cfg, client)
	if failed {
		os.Exit(1)
	}
}

// settings are the SDK's own, from the environment. With EMULATOR set, its HTTP client is led there (emulator.go).
func settings() (aws.Config, error) {
	emulator := os.Getenv("EMULATOR")
	if emulator == "" {
		return config.LoadDefaultConfig(ctx)
	}
	client, err := throughEmulator(emulator)
	if err != nil {
		return aws.Config{}, err
	}
	http.DefaultClient = client // for presigned URLs
	return config.LoadDefaultConfig(ctx, config.WithHTTPClient(client))
}

// controlIn is a client for one of the five Regions that serve routing requests.
func controlIn(cfg aws.Config, region string) *s3control.Client {
	return s3control.NewFromConfig(cfg, func(o *s3control.Options) { o.Region = region })
}

// submit sets dials by Region.
func submit(cfg aws.Config, dials map[string]int32) error {
	updates := []types.MultiRegionAccessPointRoute{}
	for region, dial := range dials {
		updates = append(updates, types.MultiRegionAccessPointRoute{Region: aws.String(region), TrafficDialPercentage: aws.Int32(dial)})
	}
	_, err := controlIn(cfg, "ap-southeast-2").SubmitMultiRegionAccessPointRoutes(ctx, &s3control.SubmitMultiRegionAccessPointRoutesInput{
		AccountId: aws.String(account), Mrap: aws.String(arn), RouteUpdates: updates,
	})
	return err
}

func routes(cfg aws.Config) {
	check("GetMultiRegionAccessPointRoutes", "view the routing configuration", func() error {
		out, err := controlIn(cfg, "us-east-1").GetMultiRegionAccessPointRoutes(ctx, &s3control.GetMultiRegionAccessPointRoutesInput{
			AccountId: aws.String(account), Mrap: aws.String(arn),
		})
		if err != nil {
			return err
		}
		shown := []string{}
		for _, route := range out.Routes {
			shown = append(shown, fmt.Sprintf("%s=%d", *route.Region, *route.TrafficDialPercentage))
		}
		return equal(strings.Join(shown, " "), "ca-central-1=100 eu-west-1=100 ap-southeast-2=100")
	})
	check("SubmitMultiRegionAccessPointRoutes", "a dial of 10 is refused", func() error {
		return refused("InvalidRequest", submit(cfg, map[string]int32{"ap-southeast-2": 10}))
	})
}

func get(client *s3.Client, bucket, key string) (string, error) {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err != nil {
		return "", err
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	return string(body), err
}

func put(client *s3.Client, key, body string) error {
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(arn), Key: aws.String(key), Body: strings.NewReader(body)})
	return err
}

func objects(client *s3.Client) {
	check("PutObject", "add an object", func() error { return put(client, "example.txt", "Hello S3!") })
	check("GetObject", "retrieve it", func() error {
		body, err := get(client, arn, "example.txt")
		return errors.Join(err, equal(body, "Hello S3!"))
	})
	check("ListObjectsV2", "list objects", func() error {
		out, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(arn)})
		if err != nil {
			return err
		}
		return errors.Join(equal(len(out.Contents), 1), equal(*out.Contents[0].Key, "example.txt"))
	})
}

// presigned URLs are fetched by anyone who has them, with a plain HTTP client that takes the same way as the SDK.
func presigned(client *s3.Client) {
	check("GetObject", "presign: a presigned GET", func() error {
		request, err := s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(arn), Key: aws.String("example.txt")})
		if err != nil {
			return err
		}
		answer, err := http.Get(request.URL)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		return errors.Join(err, equal(answer.StatusCode, 200), equal(string(body), "Hello S3!"))
	})
}

func requesterPays(cfg aws.Config) {
	check("GetObject", "Requester Pays", func() error {
		reader := s3.NewFromConfig(cfg, func(o *s3.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider("444455556666", "test", "")
		})
		input := s3.GetObjectInput{Bucket: aws.String(paidArn), Key: aws.String("example-file-in-bucket.txt")}
		_, err := reader.GetObject(ctx, &input)
		if err := refused("AccessDenied", err); err != nil {
			return err
		}
		input.RequestPayer = s3types.RequestPayerRequester
		out, err := reader.GetObject(ctx, &input)
		if err != nil {
			return err
		}
		defer out.Body.Close()
		return equal(out.RequestCharged, s3types.RequestChargedRequester)
	})
}

// failover closes the Region that requests from us-east-1 go to: what is written then stands in the bucket of another one.
func failover(cfg aws.Config, client *s3.Client) {
	ireland := s3.NewFromConfig(cfg, func(o *s3.Options) { o.Region = "eu-west-1" })
	check("SubmitMultiRegionAccessPointRoutes", "failover: ca-central-1 and ap-southeast-2 to passive", func() error {
		return submit(cfg, map[string]int32{"ca-central-1": 0, "ap-southeast-2": 0, "eu-west-1": 100})
	})
	check("GetObject", "failover: what was written before is not there", func() error {
		_, err := get(client, arn, "example.txt")
		return refused("NoSuchKey", err)
	})
	check("PutObject", "failover: writes land in eu-west-1", func() error {
		if err := put(client, "after.txt", "from eu-west-1"); err != nil {
			return err
		}
		body, err := get(ireland, "doc-example-bucket2", "after.txt")
		return errors.Join(err, equal(body, "from eu-west-1"))
	})
	check("SubmitMultiRegionAccessPointRoutes", "failback", func() error {
		if err := submit(cfg, map[string]int32{"ca-central-1": 100, "eu-west-1": 0}); err != nil {
			return err
		}
		body, err := get(client, arn, "example.txt")
		return errors.Join(err, equal(body, "Hello S3!"))
	})
}
