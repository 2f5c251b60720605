// Entities of a live schema, written by `repot schema entities`: look through them before you
// use them. Every member is written, so the database's defaults do not apply to rows of these
// entities. What else the database has (CHECKs, views, triggers) holds there as before.
#pragma once

#include <repot/repot.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace library {

struct Album;
struct Artist;
struct Download;
struct Page;
struct Playlist;
struct Track;
struct Widget;

struct Album {
  std::string id;  ///< At most 36 characters.
  std::string title;  ///< At most 255 characters.
  std::string artistId;  ///< At most 36 characters.
  std::optional<std::int64_t> releaseYear;
  std::optional<std::string> spotifyUri;  ///< At most 255 characters.
  std::optional<std::string> musicbrainzId;  ///< At most 36 characters.
  std::optional<std::string> artworkPath;  ///< At most 512 characters.
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::shared_ptr<Artist> artist;  ///< By albumArtist.
};

struct ArtistWatchlist {
  std::string id;  ///< At most 36 characters.
  std::string artistId;  ///< At most 36 characters.
  std::string status = "active";  ///< At most 20 characters.
  std::int64_t checkFrequencyHours = 24;
  bool autoDownload = true;
  std::string qualityProfile = "high";  ///< At most 20 characters.
  std::optional<repot::Timestamp> lastCheckedAt;
  std::optional<repot::Timestamp> lastReleaseDate;
  std::int64_t totalReleasesFound = 0;
  std::int64_t totalDownloadsTriggered = 0;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::shared_ptr<Artist> artist;  ///< By artistWatchlistArtist.
};

struct Artist {
  std::string id;  ///< At most 36 characters.
  std::string name;  ///< At most 255 characters.
  std::optional<std::string> spotifyUri;  ///< At most 255 characters.
  std::optional<std::string> musicbrainzId;  ///< At most 36 characters.
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
};

struct AutomationRule {
  std::string id;  ///< At most 36 characters.
  std::string name;  ///< At most 255 characters.
  std::string trigger;  ///< At most 50 characters.
  std::string action;  ///< At most 50 characters.
  bool enabled = true;
  std::int64_t priority = 0;
  std::string qualityProfile = "high";  ///< At most 20 characters.
  bool applyFilters = true;
  bool autoProcess = true;
  std::optional<std::string> description;
  std::optional<repot::Timestamp> lastTriggeredAt;
  std::int64_t totalExecutions = 0;
  std::int64_t successfulExecutions = 0;
  std::int64_t failedExecutions = 0;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
};

struct Download {
  std::string id;  ///< At most 36 characters.
  std::string trackId;  ///< At most 36 characters.
  std::string status;  ///< At most 50 characters.
  std::optional<std::string> targetPath;  ///< At most 512 characters.
  std::optional<std::string> sourceUrl;  ///< At most 512 characters.
  double progressPercent = 0;
  std::optional<std::string> errorMessage;
  std::optional<repot::Timestamp> startedAt;
  std::optional<repot::Timestamp> completedAt;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::int64_t priority = 0;
  std::shared_ptr<Track> track;  ///< By downloadTrack.
};

struct EveryType {
  std::string id;  ///< At most 36 characters.
  repot::Timestamp naive{};
  repot::Timestamp aware{};
  repot::Date day{};
  repot::TimeOfDay clock{};
  bool flag = false;
  std::string mood;  ///< At most 4 characters.
  repot::Json document{"null"};
  repot::Decimal price{"0"};  ///< 10 digits, 2 of them behind the point.
  repot::Timestamp span{};
  repot::Bytes data;
  double ratio = 0;
  repot::Uuid token{};
  std::int64_t number = 0;
  std::optional<repot::Timestamp> maybeNaive;
  std::optional<repot::Json> maybeDocument;
  std::optional<repot::Decimal> maybePrice;  ///< 10 digits, 2 of them behind the point.
  std::optional<repot::Bytes> maybeData;
  std::optional<repot::Uuid> maybeToken;
};

struct FileDuplicate {
  std::string id;  ///< At most 36 characters.
  std::string fileHash;  ///< At most 64 characters.
  std::string fileHashAlgorithm;  ///< At most 20 characters.
  std::optional<std::string> primaryTrackId;  ///< At most 36 characters.
  std::int64_t duplicateCount = 1;
  std::int64_t totalSizeBytes = 0;
  bool resolved = false;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::shared_ptr<Track> primaryTrack;  ///< By fileDuplicatePrimaryTrack.
};

struct FilterRule {
  std::string id;  ///< At most 36 characters.
  std::string name;  ///< At most 255 characters.
  std::string filterType;  ///< At most 20 characters.
  std::string target;  ///< At most 20 characters.
  std::string pattern;
  bool isRegex = false;
  bool enabled = true;
  std::int64_t priority = 0;
  std::optional<std::string> description;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
};

struct LibraryScan {
  std::string id;  ///< At most 36 characters.
  std::string status;  ///< At most 50 characters.
  std::string scanPath;  ///< At most 512 characters.
  std::int64_t totalFiles = 0;
  std::int64_t scannedFiles = 0;
  std::int64_t newFiles = 0;
  std::int64_t updatedFiles = 0;
  std::int64_t brokenFiles = 0;
  std::int64_t duplicateFiles = 0;
  std::optional<std::string> errorMessage;
  repot::Timestamp startedAt{};
  std::optional<repot::Timestamp> completedAt;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
};

struct Page {
  std::int64_t id = 0;
  std::string name;  ///< At most 100 characters.
  std::string slug;  ///< At most 100 characters.
  bool isDefault = false;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
};

struct PlaylistTrack {
  std::string playlistId;  ///< At most 36 characters.
  std::string trackId;  ///< At most 36 characters.
  std::int64_t position = 0;
  repot::Timestamp addedAt{};
  std::shared_ptr<Playlist> playlist;  ///< By playlistTrackPlaylist.
  std::shared_ptr<Track> track;  ///< By playlistTrackTrack.
};

struct Playlist {
  std::string id;  ///< At most 36 characters.
  std::string name;  ///< At most 255 characters.
  std::optional<std::string> description;
  std::string source;  ///< At most 50 characters.
  std::optional<std::string> spotifyUri;  ///< At most 255 characters.
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
};

struct QualityUpgradeCandidate {
  std::string id;  ///< At most 36 characters.
  std::string trackId;  ///< At most 36 characters.
  std::int64_t currentBitrate = 0;
  std::string currentFormat;  ///< At most 20 characters.
  std::int64_t targetBitrate = 0;
  std::string targetFormat;  ///< At most 20 characters.
  double improvementScore = 0;
  repot::Timestamp detectedAt{};
  bool processed = false;
  std::optional<std::string> downloadId;  ///< At most 36 characters.
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::shared_ptr<Track> track;  ///< By qualityUpgradeCandidateTrack.
  std::shared_ptr<Download> download;  ///< By qualityUpgradeCandidateDownload.
};

struct Track {
  std::string id;  ///< At most 36 characters.
  std::string title;  ///< At most 255 characters.
  std::string artistId;  ///< At most 36 characters.
  std::optional<std::string> albumId;  ///< At most 36 characters.
  std::int64_t durationMs = 0;
  std::optional<std::int64_t> trackNumber;
  std::int64_t discNumber = 0;
  std::optional<std::string> spotifyUri;  ///< At most 255 characters.
  std::optional<std::string> musicbrainzId;  ///< At most 36 characters.
  std::optional<std::string> isrc;  ///< At most 12 characters.
  std::optional<std::string> filePath;  ///< At most 512 characters.
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::optional<std::int64_t> fileSize;
  std::optional<std::string> fileHash;  ///< At most 64 characters.
  std::optional<std::string> fileHashAlgorithm;  ///< At most 20 characters.
  std::optional<repot::Timestamp> lastScannedAt;
  bool isBroken = false;
  std::optional<std::int64_t> audioBitrate;
  std::optional<std::string> audioFormat;  ///< At most 20 characters.
  std::optional<std::int64_t> audioSampleRate;
  std::shared_ptr<Artist> artist;  ///< By trackArtist.
  std::shared_ptr<Album> album;  ///< By trackAlbum.
};

struct WidgetInstance {
  std::int64_t id = 0;
  std::int64_t pageId = 0;
  std::string widgetType;  ///< At most 50 characters.
  std::int64_t positionRow = 0;
  std::int64_t positionCol = 0;
  std::int64_t spanCols = 6;
  std::optional<repot::Json> config;
  repot::Timestamp createdAt{};
  repot::Timestamp updatedAt{};
  std::shared_ptr<Page> page;  ///< By widgetInstancePage.
  std::shared_ptr<Widget> widgetTypeRow;  ///< By widgetInstanceWidgetTypeRow.
};

struct Widget {
  std::int64_t id = 0;
  std::string type;  ///< At most 50 characters.
  std::string name;  ///< At most 100 characters.
  std::string templatePath;  ///< At most 200 characters.
  std::optional<repot::Json> defaultConfig;
};

}  // namespace library

template <>
struct repot::Mapping<library::Album> {
  using Entity = library::Album;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("albums")
        .key("id", &Entity::id)
        .field("title", &Entity::title)
        .reference("artist_id", &Entity::artistId, "artists", "id", OnDelete::cascade)
        .field("release_year", &Entity::releaseYear)
        .unique("spotify_uri", &Entity::spotifyUri)
        .unique("musicbrainz_id", &Entity::musicbrainzId)
        .field("artwork_path", &Entity::artworkPath)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt)
        .index(&Entity::releaseYear)
        .index(&Entity::title);
  }
};

template <>
struct repot::Mapping<library::ArtistWatchlist> {
  using Entity = library::ArtistWatchlist;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("artist_watchlists")
        .key("id", &Entity::id)
        .reference("artist_id", &Entity::artistId, "artists", "id", OnDelete::cascade)
        .field("status", &Entity::status)
        .field("check_frequency_hours", &Entity::checkFrequencyHours)
        .field("auto_download", &Entity::autoDownload)
        .field("quality_profile", &Entity::qualityProfile)
        .field("last_checked_at", &Entity::lastCheckedAt)
        .field("last_release_date", &Entity::lastReleaseDate)
        .field("total_releases_found", &Entity::totalReleasesFound)
        .field("total_downloads_triggered", &Entity::totalDownloadsTriggered)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::Artist> {
  using Entity = library::Artist;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("artists")
        .key("id", &Entity::id)
        .field("name", &Entity::name)
        .unique("spotify_uri", &Entity::spotifyUri)
        .unique("musicbrainz_id", &Entity::musicbrainzId)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt)
        .index(&Entity::name);
  }
};

template <>
struct repot::Mapping<library::AutomationRule> {
  using Entity = library::AutomationRule;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("automation_rules")
        .key("id", &Entity::id)
        .field("name", &Entity::name)
        .field("trigger", &Entity::trigger)
        .field("action", &Entity::action)
        .field("enabled", &Entity::enabled)
        .field("priority", &Entity::priority)
        .field("quality_profile", &Entity::qualityProfile)
        .field("apply_filters", &Entity::applyFilters)
        .field("auto_process", &Entity::autoProcess)
        .field("description", &Entity::description)
        .field("last_triggered_at", &Entity::lastTriggeredAt)
        .field("total_executions", &Entity::totalExecutions)
        .field("successful_executions", &Entity::successfulExecutions)
        .field("failed_executions", &Entity::failedExecutions)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::Download> {
  using Entity = library::Download;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("downloads")
        .key("id", &Entity::id)
        .unique("track_id", &Entity::trackId)
        .references(&Entity::trackId, "tracks", "id", OnDelete::cascade)
        .field("status", &Entity::status)
        .field("target_path", &Entity::targetPath)
        .field("source_url", &Entity::sourceUrl)
        .field("progress_percent", &Entity::progressPercent)
        .field("error_message", &Entity::errorMessage)
        .field("started_at", &Entity::startedAt)
        .field("completed_at", &Entity::completedAt)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt)
        .field("priority", &Entity::priority);
  }
};

template <>
struct repot::Mapping<library::EveryType> {
  using Entity = library::EveryType;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("every_type")
        .key("id", &Entity::id)
        .field("naive", &Entity::naive)
        .field("aware", &Entity::aware)
        .field("day", &Entity::day)
        .field("clock", &Entity::clock)
        .field("flag", &Entity::flag)
        .field("mood", &Entity::mood)
        .field("document", &Entity::document)
        .field("price", &Entity::price)
        .field("span", &Entity::span)
        .field("data", &Entity::data)
        .field("ratio", &Entity::ratio)
        .field("token", &Entity::token)
        .field("number", &Entity::number)
        .field("maybe_naive", &Entity::maybeNaive)
        .field("maybe_document", &Entity::maybeDocument)
        .field("maybe_price", &Entity::maybePrice)
        .field("maybe_data", &Entity::maybeData)
        .field("maybe_token", &Entity::maybeToken);
  }
};

template <>
struct repot::Mapping<library::FileDuplicate> {
  using Entity = library::FileDuplicate;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("file_duplicates")
        .key("id", &Entity::id)
        .field("file_hash", &Entity::fileHash)
        .field("file_hash_algorithm", &Entity::fileHashAlgorithm)
        .reference("primary_track_id", &Entity::primaryTrackId, "tracks", "id", OnDelete::cascade)
        .field("duplicate_count", &Entity::duplicateCount)
        .field("total_size_bytes", &Entity::totalSizeBytes)
        .field("resolved", &Entity::resolved)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::FilterRule> {
  using Entity = library::FilterRule;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("filter_rules")
        .key("id", &Entity::id)
        .field("name", &Entity::name)
        .field("filter_type", &Entity::filterType)
        .field("target", &Entity::target)
        .field("pattern", &Entity::pattern)
        .field("is_regex", &Entity::isRegex)
        .field("enabled", &Entity::enabled)
        .field("priority", &Entity::priority)
        .field("description", &Entity::description)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::LibraryScan> {
  using Entity = library::LibraryScan;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("library_scans")
        .key("id", &Entity::id)
        .field("status", &Entity::status)
        .field("scan_path", &Entity::scanPath)
        .field("total_files", &Entity::totalFiles)
        .field("scanned_files", &Entity::scannedFiles)
        .field("new_files", &Entity::newFiles)
        .field("updated_files", &Entity::updatedFiles)
        .field("broken_files", &Entity::brokenFiles)
        .field("duplicate_files", &Entity::duplicateFiles)
        .field("error_message", &Entity::errorMessage)
        .field("started_at", &Entity::startedAt)
        .field("completed_at", &Entity::completedAt)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::Page> {
  using Entity = library::Page;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("pages")
        .generatedKey("id", &Entity::id)
        .field("name", &Entity::name)
        .unique("slug", &Entity::slug)
        .field("is_default", &Entity::isDefault)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::PlaylistTrack> {
  using Entity = library::PlaylistTrack;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("playlist_tracks")
        .key("playlist_id", &Entity::playlistId)
        .references(&Entity::playlistId, "playlists", "id", OnDelete::cascade)
        .key("track_id", &Entity::trackId)
        .references(&Entity::trackId, "tracks", "id", OnDelete::cascade)
        .field("position", &Entity::position)
        .field("added_at", &Entity::addedAt);
  }
};

template <>
struct repot::Mapping<library::Playlist> {
  using Entity = library::Playlist;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("playlists")
        .key("id", &Entity::id)
        .field("name", &Entity::name)
        .field("description", &Entity::description)
        .field("source", &Entity::source)
        .unique("spotify_uri", &Entity::spotifyUri)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::QualityUpgradeCandidate> {
  using Entity = library::QualityUpgradeCandidate;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("quality_upgrade_candidates")
        .key("id", &Entity::id)
        .reference("track_id", &Entity::trackId, "tracks", "id", OnDelete::cascade)
        .field("current_bitrate", &Entity::currentBitrate)
        .field("current_format", &Entity::currentFormat)
        .field("target_bitrate", &Entity::targetBitrate)
        .field("target_format", &Entity::targetFormat)
        .field("improvement_score", &Entity::improvementScore)
        .field("detected_at", &Entity::detectedAt)
        .field("processed", &Entity::processed)
        .reference("download_id", &Entity::downloadId, "downloads", "id", OnDelete::setNull)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt);
  }
};

template <>
struct repot::Mapping<library::Track> {
  using Entity = library::Track;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("tracks")
        .key("id", &Entity::id)
        .field("title", &Entity::title)
        .reference("artist_id", &Entity::artistId, "artists", "id", OnDelete::cascade)
        .reference("album_id", &Entity::albumId, "albums", "id", OnDelete::setNull)
        .field("duration_ms", &Entity::durationMs)
        .field("track_number", &Entity::trackNumber)
        .field("disc_number", &Entity::discNumber)
        .unique("spotify_uri", &Entity::spotifyUri)
        .unique("musicbrainz_id", &Entity::musicbrainzId)
        .unique("isrc", &Entity::isrc)
        .field("file_path", &Entity::filePath)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt)
        .field("file_size", &Entity::fileSize)
        .field("file_hash", &Entity::fileHash)
        .field("file_hash_algorithm", &Entity::fileHashAlgorithm)
        .field("last_scanned_at", &Entity::lastScannedAt)
        .field("is_broken", &Entity::isBroken)
        .field("audio_bitrate", &Entity::audioBitrate)
        .field("audio_format", &Entity::audioFormat)
        .field("audio_sample_rate", &Entity::audioSampleRate)
        .index(&Entity::title);
  }
};

template <>
struct repot::Mapping<library::WidgetInstance> {
  using Entity = library::WidgetInstance;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("widget_instances")
        .generatedKey("id", &Entity::id)
        .reference("page_id", &Entity::pageId, "pages", "id", OnDelete::cascade)
        .reference("widget_type", &Entity::widgetType, "widgets", "type", OnDelete::cascade)
        .field("position_row", &Entity::positionRow)
        .field("position_col", &Entity::positionCol)
        .field("span_cols", &Entity::spanCols)
        .field("config", &Entity::config)
        .field("created_at", &Entity::createdAt)
        .field("updated_at", &Entity::updatedAt)
        .uniqueTogether(&Entity::pageId, &Entity::positionRow, &Entity::positionCol);
  }
};

template <>
struct repot::Mapping<library::Widget> {
  using Entity = library::Widget;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("widgets")
        .generatedKey("id", &Entity::id)
        .unique("type", &Entity::type)
        .field("name", &Entity::name)
        .field("template_path", &Entity::templatePath)
        .field("default_config", &Entity::defaultConfig);
  }
};

namespace library {

inline const auto albumArtist = repot::belongsTo(
    &Album::artist, &Album::artistId, &Artist::id);
inline const auto artistWatchlistArtist = repot::belongsTo(
    &ArtistWatchlist::artist, &ArtistWatchlist::artistId, &Artist::id);
inline const auto downloadTrack = repot::belongsTo(
    &Download::track, &Download::trackId, &Track::id);
inline const auto fileDuplicatePrimaryTrack = repot::belongsTo(
    &FileDuplicate::primaryTrack, &FileDuplicate::primaryTrackId, &Track::id);
inline const auto playlistTrackPlaylist = repot::belongsTo(
    &PlaylistTrack::playlist, &PlaylistTrack::playlistId, &Playlist::id);
inline const auto playlistTrackTrack = repot::belongsTo(
    &PlaylistTrack::track, &PlaylistTrack::trackId, &Track::id);
inline const auto qualityUpgradeCandidateTrack = repot::belongsTo(
    &QualityUpgradeCandidate::track, &QualityUpgradeCandidate::trackId, &Track::id);
inline const auto qualityUpgradeCandidateDownload = repot::belongsTo(
    &QualityUpgradeCandidate::download, &QualityUpgradeCandidate::downloadId, &Download::id);
inline const auto trackArtist = repot::belongsTo(
    &Track::artist, &Track::artistId, &Artist::id);
inline const auto trackAlbum = repot::belongsTo(
    &Track::album, &Track::albumId, &Album::id);
inline const auto widgetInstancePage = repot::belongsTo(
    &WidgetInstance::page, &WidgetInstance::pageId, &Page::id);
inline const auto widgetInstanceWidgetTypeRow = repot::belongsTo(
    &WidgetInstance::widgetTypeRow, &WidgetInstance::widgetType, &Widget::type);

}  // namespace library
